package burnish;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The probes that JaCoCo put into the module's classes. */
public final class Probes {
    private static final Map<String, boolean[]> ALL = new ConcurrentHashMap<>();

    private Probes() {}

    /** The probes of one class, always the same array. Called by the module's own code. */
    public static boolean[] of(long id, String name, int count) {
        return ALL.computeIfAbsent(Long.toHexString(id) + " " + name, key -> new boolean[count]);
    }

    /** "ID NAME" of each class, and a text of 0 and 1, as JSON. */
    static String told() {
        StringBuilder text = new StringBuilder("{");
        ALL.forEach(
                (key, probes) -> {
                    text.append(text.length() > 1 ? "," : "").append(Wire.quoted(key)).append(":\"");
                    for (boolean reached : probes) text.append(reached ? '1' : '0');
                    text.append('"');
                });
        return text.append('}').toString();
    }
}
