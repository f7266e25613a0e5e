package burnish;

/** What is told of a failure. */
final class Told {
    private static final int LONGEST = 600;

    private Told() {}

    /** The kind and the message. */
    static String of(Throwable error) {
        String message = error.getMessage();
        String kind = error.getClass().getSimpleName();
        if (error instanceof ExceptionInInitializerError && error.getCause() != null) {
            return kind + ": " + of(error.getCause());
        }
        String text = message == null ? kind : kind + ": " + message;
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }

    /** Category, message and line of the module, as JSON fields. */
    static String fields(Throwable error) {
        String category = "exception";
        if (error instanceof AssertionError) category = "assertion";
        if (error instanceof OutOfMemoryError) category = "memory";
        return "\"category\": \"" + category + "\", \"message\": " + Wire.quoted(of(error))
                + ", \"line\": " + line(error);
    }

    private static String line(Throwable error) {
        for (StackTraceElement frame : error.getStackTrace()) {
            if ("Solution.java".equals(frame.getFileName()) && frame.getLineNumber() > 0) {
                return String.valueOf(frame.getLineNumber());
            }
        }
        return error.getCause() == null || error.getCause() == error ? "null" : line(error.getCause());
    }
}
