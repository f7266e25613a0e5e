package burnish;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The socket to the sandbox, which the shell put in the place of the standard input. The secret
 * is in an object that no static field leads to.
 */
final class Wire {
    private static final Pattern SECRET = Pattern.compile("\"secret\": \"(\\w+)\"");
    private static final Pattern SKIP = Pattern.compile("\"skip\": \\[(.*)\\]");
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern ITEM = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\d+)");

    final Set<String> told = new HashSet<>();
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.in);
    private final String secret;
    private final MessageDigest digest;
    private String coverage = "";
    private int written;

    /** Takes the one line that the sandbox sends; it cannot be read again. */
    Wire() throws IOException, NoSuchAlgorithmException {
        digest = MessageDigest.getInstance("SHA-256");
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) bytes.write(one);
        String line = bytes.toString(StandardCharsets.UTF_8);
        Matcher found = SECRET.matcher(line);
        secret = found.find() ? found.group(1) : "";
        Matcher skip = SKIP.matcher(line);
        if (!skip.find()) return;
        for (Matcher item = ITEM.matcher(skip.group(1)); item.find(); ) {
            told.add(item.group(1) == null ? item.group(2) : plain(item.group(1)));
        }
    }

    /** Sends one event; fields are JSON without the braces. */
    synchronized void emit(String event, String fields) {
        String comma = fields.isEmpty() ? "" : ", ";
        String body = "{\"event\": \"" + event + "\"" + comma + fields + "}";
        byte[] signed = (secret + ":" + written++ + ":" + body).getBytes(StandardCharsets.UTF_8);
        String line = body + "\t" + HEX.formatHex(digest.digest(signed), 0, 8) + "\n";
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException error) {
            Runtime.getRuntime().halt(9);
        }
    }

    /** Sends which probes were reached, if that changed. */
    synchronized void cover() {
        String now = Probes.told();
        if (!now.equals(coverage)) emit("coverage", "\"found\": " + now);
        coverage = now;
    }

    /** A text as JSON, in ASCII. */
    static String quoted(String text) {
        StringBuilder made = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') made.append('\\').append(c);
            else if (c < ' ' || c > '~') made.append(String.format("\\u%04x", (int) c));
            else made.append(c);
        }
        return made.append('"').toString();
    }

    private static String plain(String json) {
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c != '\\') made.append(c);
            else if (json.charAt(++i) != 'u') made.append(json.charAt(i));
            else {
                made.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
                i += 4;
            }
        }
        return made.toString();
    }
}
