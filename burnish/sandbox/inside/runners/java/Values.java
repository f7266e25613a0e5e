package burnish;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.BaseStream;

/** Values in the canonical form of the sandbox: plain data that cannot answer for itself. */
public final class Values {
    private static final int DEEPEST = 100;
    private static final int MOST = 100_000;

    private int left = MOST;

    private Values() {}

    /** A map of keys and values in turn, for the arguments of examples. */
    @SuppressWarnings("unchecked")
    public static <K, V> LinkedHashMap<K, V> map(Object... pairs) {
        LinkedHashMap<K, V> made = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) made.put((K) pairs[i], (V) pairs[i + 1]);
        return made;
    }

    static String fields(Object value) throws ReflectiveOperationException {
        String form = new Values().form(value, 0);
        if (!form.startsWith("[\"other\"")) return "\"value\": " + form;
        return "\"value\": " + form + ", \"text\": " + Wire.quoted(shown(value));
    }

    private String form(Object value, int depth) throws ReflectiveOperationException {
        if (depth > DEEPEST || --left < 0) return "[\"other\", \"deep\", \"too large to compare\"]";
        if (value == null) return "[\"none\", null]";
        if (value instanceof Boolean) return "[\"bool\", " + value + "]";
        boolean own = value.getClass().getClassLoader() != null; // of the module: it says what it likes
        if (value instanceof Number one && !own) return number(one);
        if (value instanceof CharSequence && !own || value instanceof Character) {
            return tagged("str", Wire.quoted(value.toString()));
        }
        if (value instanceof Enum<?> one) return tagged("str", Wire.quoted(one.name()));
        if (value instanceof Optional<?> one) return form(one.orElse(null), depth);
        if (value instanceof OptionalInt one) return form(one.isPresent() ? one.getAsInt() : null, depth);
        if (value instanceof OptionalLong one) return form(one.isPresent() ? one.getAsLong() : null, depth);
        if (value instanceof OptionalDouble one) {
            return form(one.isPresent() ? (Object) one.getAsDouble() : null, depth);
        }
        if (value.getClass().isArray()) return array(value, depth);
        if (value instanceof Map<?, ?> map) return pairs(map, depth);
        if (value instanceof Set<?> set) return items("set", set.iterator(), depth);
        if (value instanceof Iterable<?> all) return items("list", all.iterator(), depth);
        if (value instanceof BaseStream<?, ?> all) return items("list", all.iterator(), depth);
        if (value.getClass().isRecord()) return components(value, depth);
        String kind = Wire.quoted(value.getClass().getSimpleName());
        return "[\"other\", " + kind + ", " + Wire.quoted(shown(value)) + "]";
    }

    private static String number(Number value) {
        if (value instanceof Double || value instanceof Float) {
            String text = value.toString().replace("Infinity", "inf").replace("NaN", "nan");
            return tagged("float", Wire.quoted(text));
        }
        if (value instanceof BigDecimal) return tagged("float", Wire.quoted(value.toString()));
        if (value instanceof BigInteger big && big.bitLength() > 12_000) {
            return tagged("hexint", Wire.quoted(big.toString(16)));
        }
        return tagged("int", Wire.quoted(value.toString()));
    }

    private String array(Object value, int depth) throws ReflectiveOperationException {
        List<Object> found = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) found.add(Array.get(value, i));
        return items("list", found.iterator(), depth);
    }

    private String items(String tag, Iterator<?> all, int depth) throws ReflectiveOperationException {
        List<String> found = new ArrayList<>();
        while (all.hasNext() && left > 0) found.add(form(all.next(), depth + 1));
        return tagged(tag, found.toString());
    }

    private String pairs(Map<?, ?> map, int depth) throws ReflectiveOperationException {
        List<String> found = new ArrayList<>();
        for (Map.Entry<?, ?> one : map.entrySet()) {
            found.add("[" + form(one.getKey(), depth + 1) + ", " + form(one.getValue(), depth + 1) + "]");
        }
        return tagged("dict", found.toString());
    }

    private String components(Object value, int depth) throws ReflectiveOperationException {
        List<String> found = new ArrayList<>();
        for (RecordComponent one : value.getClass().getRecordComponents()) {
            Method read = one.getAccessor();
            read.setAccessible(true);
            String name = tagged("str", Wire.quoted(one.getName()));
            found.add("[" + name + ", " + form(read.invoke(value), depth + 1) + "]");
        }
        return tagged("dict", found.toString());
    }

    private static String tagged(String tag, String payload) {
        return "[\"" + tag + "\", " + payload + "]";
    }

    private static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() > 2000 ? text.substring(0, 2000) : text;
    }
}
