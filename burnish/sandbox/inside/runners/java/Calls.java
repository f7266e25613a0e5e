package burnish;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The calls of stated examples; the generated class Driver adds them. */
public final class Calls {
    /** A call without a result. */
    public interface Action {
        void run() throws Throwable;
    }

    private static final class CompileError extends Exception {
        CompileError(String why) {
            super(why);
        }
    }

    private final List<Callable<?>> all = new ArrayList<>();

    public void add(Callable<?> call) {
        all.add(call);
    }

    public void add(Action call) {
        all.add(() -> {
            try {
                call.run();
            } catch (Error | Exception error) {
                throw error;
            } catch (Throwable error) {
                throw new Error(error);
            }
            return null;
        });
    }

    /** A call that does not compile. */
    public void wrong(String why) {
        all.add(() -> {
            throw new CompileError(why);
        });
    }

    static void run(Sealed loader, Wire wire) throws Exception {
        Calls calls = new Calls();
        loader.loadClass("Driver").getMethod("fill", Calls.class).invoke(null, calls);
        for (int index = 0; index < calls.all.size(); index++) {
            if (wire.told.contains(String.valueOf(index))) continue;
            wire.emit("start", "\"id\": " + index);
            long start = System.nanoTime();
            String fields;
            try {
                fields = Values.fields(calls.all.get(index).call());
            } catch (Throwable error) {
                fields = raised(error);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            wire.cover();
            wire.emit("value", "\"index\": " + index + ", \"seconds\": " + seconds + ", " + fields);
        }
    }

    private static String raised(Throwable error) {
        List<String> names = new ArrayList<>();
        for (Class<?> kind = error.getClass(); kind != Object.class; kind = kind.getSuperclass()) {
            names.add(Wire.quoted(kind.getSimpleName()));
        }
        return "\"raised\": [" + String.join(", ", names) + "], \"message\": "
                + Wire.quoted(String.valueOf(error.getMessage()));
    }
}
