package burnish;

import java.util.function.Supplier;

/**
 * JUnit's assertions, in which two values are equal only if each says so of the other: an object
 * of the module that equals everything is equal to nothing.
 */
public class Assertions extends org.junit.jupiter.api.Assertions {
    public static void assertEquals(Object expected, Object actual) {
        org.junit.jupiter.api.Assertions.assertEquals(expected, actual);
        org.junit.jupiter.api.Assertions.assertEquals(actual, expected);
    }

    public static void assertEquals(Object expected, Object actual, String message) {
        org.junit.jupiter.api.Assertions.assertEquals(expected, actual, message);
        org.junit.jupiter.api.Assertions.assertEquals(actual, expected, message);
    }

    public static void assertEquals(Object expected, Object actual, Supplier<String> message) {
        org.junit.jupiter.api.Assertions.assertEquals(expected, actual, message);
        org.junit.jupiter.api.Assertions.assertEquals(actual, expected, message);
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
        org.junit.jupiter.api.Assertions.assertNotEquals(unexpected, actual);
        org.junit.jupiter.api.Assertions.assertNotEquals(actual, unexpected);
    }

    public static void assertNotEquals(Object unexpected, Object actual, String message) {
        org.junit.jupiter.api.Assertions.assertNotEquals(unexpected, actual, message);
        org.junit.jupiter.api.Assertions.assertNotEquals(actual, unexpected, message);
    }

    public static void assertNotEquals(Object unexpected, Object actual, Supplier<String> message) {
        org.junit.jupiter.api.Assertions.assertNotEquals(unexpected, actual, message);
        org.junit.jupiter.api.Assertions.assertNotEquals(actual, unexpected, message);
    }
}
