package burnish;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jacoco.core.instr.Instrumenter;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Compiles all that one job needs in one virtual machine: the harness and the module ("m"), then
 * each folder of sources named on the command line against them. Classes go to out/FOLDER, the
 * module's with probes to out/i, what javac says to out/diagnostics.
 */
public final class Build {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static final StringBuilder SAID = new StringBuilder();

    public static void main(String[] folders) throws IOException {
        String jars = System.getProperty("java.class.path");
        StandardJavaFileManager manager = JAVAC.getStandardFileManager(null, null, null);
        boolean whole = compile(manager, "m", jars);
        if (whole) {
            instrument();
            for (String folder : folders) compile(manager, folder, "out/m" + File.pathSeparator + jars);
        }
        Files.writeString(Path.of("out/diagnostics"), SAID.toString());
    }

    private static boolean compile(StandardJavaFileManager manager, String folder, String path)
            throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        for (Path file : below(Path.of("src", folder), ".java")) sources.add(new Source(file));
        Path out = Files.createDirectories(Path.of("out", folder));
        manager.setLocation(StandardLocation.CLASS_OUTPUT, List.of(out.toFile()));
        List<File> parts = new ArrayList<>();
        for (String part : path.split(File.pathSeparator)) parts.add(new File(part));
        manager.setLocation(StandardLocation.CLASS_PATH, parts);
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        List<String> options = List.of("-g", "-proc:none", "-Xlint:all,-processing,-classfile", "-Xmaxerrs", "40");
        boolean done = JAVAC.getTask(null, manager, told, options, null, sources).call();
        if (!done && withoutWrong(folder, told.getDiagnostics())) return compile(manager, folder, path);
        for (Diagnostic<? extends JavaFileObject> one : told.getDiagnostics()) say(folder, one);
        return done;
    }

    private static void say(String folder, Diagnostic<? extends JavaFileObject> one) {
        String file = one.getSource() == null ? "" : new File(one.getSource().getName()).getName();
        String text = one.getMessage(null).replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n");
        String[] fields = {
            folder, one.getKind().name(), file, String.valueOf(one.getLineNumber()), one.getCode(), text
        };
        SAID.append(String.join("\t", fields)).append('\n');
    }

    /** Puts, in a driver of calls, one that says why in the place of each that does not compile. */
    private static boolean withoutWrong(
            String folder, List<Diagnostic<? extends JavaFileObject>> told) throws IOException {
        Path file = Path.of("src", folder, "Driver.java");
        if (!Files.exists(file)) return false;
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        boolean changed = false;
        for (Diagnostic<? extends JavaFileObject> one : told) {
            int index = (int) one.getLineNumber() - 1;
            if (one.getKind() != Diagnostic.Kind.ERROR || index < 0) continue;
            if (!lines.get(index).strip().startsWith("calls.add(")) continue;
            String why = one.getMessage(null).replaceAll("[\"\\\\\\s]+", " ");
            lines.set(index, "calls.wrong(\"" + why + "\");");
            changed = true;
        }
        Files.write(file, lines);
        return changed;
    }

    static List<Path> below(Path folder, String suffix) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static void instrument() throws IOException {
        Instrumenter probes = new Instrumenter(Build::accessor);
        for (Path file : below(Path.of("out/m"), ".class")) {
            if (file.startsWith("out/m/burnish")) continue;
            byte[] plain = Files.readAllBytes(file);
            byte[] made;
            try {
                made = probes.instrument(understood(plain), file.toString());
                made[7] = plain[7]; // older classes have no records
            } catch (IOException | RuntimeException error) {
                made = plain; // runs, and is not counted
            }
            Path target = Path.of("out/i").resolve(Path.of("out/m").relativize(file));
            Files.createDirectories(target.getParent());
            Files.write(target, made);
        }
    }

    /** Code that fetches the array of probes of a class: a call of {@link Probes#of}. */
    private static int accessor(long id, String name, int count, MethodVisitor code) {
        code.visitLdcInsn(id);
        code.visitLdcInsn(name);
        code.visitLdcInsn(count);
        code.visitMethodInsn(
                Opcodes.INVOKESTATIC, "burnish/Probes", "of", "(JLjava/lang/String;I)[Z", false);
        return 4; // words of stack
    }

    /** The class without what a JaCoCo of before Java 17 refuses: the list of a sealed type. */
    static byte[] understood(byte[] plain) {
        ClassReader reader = new ClassReader(plain);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public void visitPermittedSubclass(String name) {}
                },
                0);
        byte[] made = writer.toByteArray();
        made[7] = (byte) Math.min(made[7], Opcodes.V15);
        return made;
    }

    /** A source file whose public types may have any name. */
    private static final class Source extends SimpleJavaFileObject {
        private final Path file;

        Source(Path file) {
            super(URI.create("file:///" + file), Kind.SOURCE);
            this.file = file;
        }

        @Override
        public CharSequence getCharContent(boolean lenient) throws IOException {
            return Files.readString(file);
        }

        @Override
        public boolean isNameCompatible(String name, Kind kind) {
            return kind == Kind.SOURCE && !name.endsWith("-info");
        }
    }
}
