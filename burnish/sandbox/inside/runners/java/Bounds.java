package burnish;

import java.io.File;
import java.io.FilePermission;
import java.io.IOException;
import java.lang.reflect.ReflectPermission;
import java.nio.file.LinkPermission;
import java.security.AccessController;
import java.security.Permission;
import java.security.Policy;
import java.security.PrivilegedAction;
import java.security.ProtectionDomain;
import java.security.SecurityPermission;
import java.util.Set;

/**
 * What the module may not do to the machine that judges it: look into its objects or its memory,
 * load native code, start programs that could, put classes beside the harness's, which are trusted,
 * or take this policy away. All else is left to the
 * sandbox around the process; ending the process is no crime, and no pass.
 */
final class Bounds extends Policy {
    private static final Set<String> REFUSED = Set.of(
            "setSecurityManager", "createSecurityManager", "createClassLoader", "manageProcess",
            "readFileDescriptor", "inheritedChannel");
    private static final String HARNESS = canonical("h");
    private final ProtectionDomain module;

    private Bounds(ProtectionDomain module) {
        this.module = module;
    }

    @SuppressWarnings("removal")
    static void impose(ProtectionDomain module) {
        Bounds bounds = new Bounds(module);
        bounds.implies(module, new FilePermission("x", "read")); // loads what it needs
        Policy.setPolicy(bounds);
        System.setSecurityManager(new SecurityManager());
    }

    @Override
    public boolean implies(ProtectionDomain domain, Permission permission) {
        return domain != module || !refused(permission);
    }

    private static boolean refused(Permission permission) {
        String name = permission.getName();
        if (permission instanceof ReflectPermission || permission instanceof LinkPermission) return true;
        if (permission instanceof SecurityPermission) return name.startsWith("setP");
        if (permission instanceof FilePermission) {
            String actions = permission.getActions();
            if (actions.contains("execute")) return true;
            String path = canonical(name);
            return within("/proc", path) || !actions.equals("read") && within(HARNESS, path);
        }
        if (permission instanceof RuntimePermission) {
            return REFUSED.contains(name)
                    || name.startsWith("loadLibrary.")
                    || name.startsWith("accessClassInPackage.");
        }
        String kind = permission.getClass().getName();
        return kind.endsWith(".AttachPermission")
                || kind.endsWith(".ManagementPermission") && name.equals("control");
    }

    /** A file's real path; a folder of {@code /proc} if it has none. */
    @SuppressWarnings("removal")
    private static String canonical(String name) {
        PrivilegedAction<String> real = () -> {
            try {
                return new File(name).getCanonicalPath();
            } catch (IOException error) {
                return "/proc";
            }
        };
        return AccessController.doPrivileged(real);
    }

    private static boolean within(String folder, String path) {
        return path.equals(folder) || path.startsWith(folder + "/");
    }
}
