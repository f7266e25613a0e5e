package burnish;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;

/** Runs one program: "suite", "calls" or "usage". */
public final class Run {
    private Run() {}

    public static void main(String[] args) throws Exception {
        Wire wire = new Wire();
        PrintStream out = System.out;
        System.setIn(InputStream.nullInputStream());
        System.setErr(out);
        preload();
        Sealed loader = new Sealed();
        Thread.currentThread().setContextClassLoader(loader);
        Runtime.getRuntime().addShutdownHook(new Thread(wire::cover));
        Bounds.impose(loader.module);
        switch (args[0]) {
            case "suite" -> Suite.run(loader, wire);
            case "calls" -> Calls.run(loader, wire);
            default -> {
                use(loader, out);
                return;
            }
        }
        wire.cover();
        out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** Loads every class of ours while nothing of the module can have replaced a file. */
    private static void preload() throws IOException, ClassNotFoundException {
        for (Path file : Build.below(Path.of("h/burnish"), ".class")) {
            String name = file.getFileName().toString().replace(".class", "");
            if (!name.startsWith("Build") && !name.startsWith("Cover")) Class.forName("burnish." + name);
        }
    }

    private static void use(Sealed loader, PrintStream out) throws Exception {
        for (Class<?> type : loader.starts()) {
            Method main;
            try {
                main = type.getDeclaredMethod("main", String[].class);
            } catch (NoSuchMethodException error) {
                continue;
            }
            main.setAccessible(true);
            try {
                main.invoke(null, (Object) new String[0]);
            } catch (InvocationTargetException error) {
                out.println(Told.of(error.getCause()));
                out.flush();
                System.exit(1);
            }
            return;
        }
        out.println("there is no main method");
        System.exit(1);
    }
}
