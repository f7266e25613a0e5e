package burnish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AllPermission;
import java.security.CodeSource;
import java.security.PermissionCollection;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads the module and its tests from memory: what is written over their files changes nothing.
 * The module lives in a domain of its own, which {@link Bounds} keeps small.
 */
final class Sealed extends ClassLoader {
    final ProtectionDomain module = domain(new Permissions());
    private final ProtectionDomain trusted;
    private final Map<String, byte[]> tests;
    private final Map<String, byte[]> code;

    Sealed() throws IOException {
        super(Sealed.class.getClassLoader());
        Permissions all = new Permissions();
        all.add(new AllPermission());
        trusted = domain(all);
        code = read(Path.of("c/m"));
        tests = read(Path.of("c/t"));
    }

    private static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> found = new HashMap<>();
        if (!Files.isDirectory(folder)) return found;
        for (Path file : Build.below(folder, ".class")) {
            String name = folder.relativize(file).toString().replace('/', '.');
            found.put(name.substring(0, name.length() - 6), Files.readAllBytes(file));
        }
        return found;
    }

    private ProtectionDomain domain(PermissionCollection permissions) {
        return new ProtectionDomain(
                new CodeSource(null, (Certificate[]) null), permissions, this, null);
    }

    /** The tests' top-level classes. */
    List<Class<?>> starts() throws ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        for (String name : tests.keySet().stream().sorted().toList()) {
            Class<?> type = loadClass(name);
            if (type.getEnclosingClass() == null && !type.isHidden()) found.add(type);
        }
        return found;
    }

    /** The module's and the tests' own classes come first: none of the class path takes their place. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found != null) return found;
            boolean ours = tests.containsKey(name) || code.containsKey(name);
            return ours ? findClass(name) : super.loadClass(name, resolve);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = tests.get(name);
        if (bytes != null) return defineClass(name, bytes, 0, bytes.length, trusted);
        bytes = code.get(name);
        if (bytes == null) throw new ClassNotFoundException(name);
        return defineClass(name, bytes, 0, bytes.length, module);
    }
}
