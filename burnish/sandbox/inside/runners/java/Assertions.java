package burnish;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * JUnit's assertions, in which two values are equal only if each says so of the other: an object
 * of the module that equals everything is equal to nothing. A collection of the module's own kind is
 * what can be taken out of it.
 */
public class Assertions extends org.junit.jupiter.api.Assertions {
    private static Object plain(Object value) {
        if (value == null || value.getClass().getClassLoader() == null) return value;
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            for (Map.Entry<?, ?> one : map.entrySet()) copy.put(one.getKey(), one.getValue());
            return copy;
        }
        if (!(value instanceof Set) && !(value instanceof List)) return value;
        Collection<Object> copy = value instanceof Set ? new LinkedHashSet<>() : new ArrayList<>();
        for (Object one : (Collection<?>) value) copy.add(one);
        return copy;
    }

    public static void assertEquals(Object expected, Object actual) {
        org.junit.jupiter.api.Assertions.assertEquals(plain(expected), plain(actual));
        org.junit.jupiter.api.Assertions.assertEquals(plain(actual), plain(expected));
    }

    public static void assertEquals(Object expected, Object actual, String message) {
        org.junit.jupiter.api.Assertions.assertEquals(plain(expected), plain(actual), message);
        org.junit.jupiter.api.Assertions.assertEquals(plain(actual), plain(expected), message);
    }

    public static void assertEquals(Object expected, Object actual, Supplier<String> message) {
        org.junit.jupiter.api.Assertions.assertEquals(plain(expected), plain(actual), message);
        org.junit.jupiter.api.Assertions.assertEquals(plain(actual), plain(expected), message);
    }

    public static void assertArrayEquals(Object[] expected, Object[] actual) {
        org.junit.jupiter.api.Assertions.assertArrayEquals(expected, actual);
        org.junit.jupiter.api.Assertions.assertArrayEquals(actual, expected);
    }

    public static void assertArrayEquals(Object[] expected, Object[] actual, String message) {
        org.junit.jupiter.api.Assertions.assertArrayEquals(expected, actual, message);
        org.junit.jupiter.api.Assertions.assertArrayEquals(actual, expected, message);
    }

    public static void assertArrayEquals(Object[] expected, Object[] actual, Supplier<String> message) {
        org.junit.jupiter.api.Assertions.assertArrayEquals(expected, actual, message);
        org.junit.jupiter.api.Assertions.assertArrayEquals(actual, expected, message);
    }

    public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual) {
        org.junit.jupiter.api.Assertions.assertIterableEquals(expected, actual);
        org.junit.jupiter.api.Assertions.assertIterableEquals(actual, expected);
    }

    public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual, String message) {
        org.junit.jupiter.api.Assertions.assertIterableEquals(expected, actual, message);
        org.junit.jupiter.api.Assertions.assertIterableEquals(actual, expected, message);
    }

    public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual, Supplier<String> message) {
        org.junit.jupiter.api.Assertions.assertIterableEquals(expected, actual, message);
        org.junit.jupiter.api.Assertions.assertIterableEquals(actual, expected, message);
    }

    public static void assertNotEquals(Object unexpected, Object actual) {
        org.junit.jupiter.api.Assertions.assertNotEquals(plain(unexpected), plain(actual));
        org.junit.jupiter.api.Assertions.assertNotEquals(plain(actual), plain(unexpected));
    }

    public static void assertNotEquals(Object unexpected, Object actual, String message) {
        org.junit.jupiter.api.Assertions.assertNotEquals(plain(unexpected), plain(actual), message);
        org.junit.jupiter.api.Assertions.assertNotEquals(plain(actual), plain(unexpected), message);
    }

    public static void assertNotEquals(Object unexpected, Object actual, Supplier<String> message) {
        org.junit.jupiter.api.Assertions.assertNotEquals(plain(unexpected), plain(actual), message);
        org.junit.jupiter.api.Assertions.assertNotEquals(plain(actual), plain(unexpected), message);
    }
}
