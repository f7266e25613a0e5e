package burnish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.analysis.ILine;
import org.jacoco.core.analysis.IMethodCoverage;
import org.jacoco.core.data.ExecutionData;
import org.jacoco.core.data.ExecutionDataStore;

/** Prints, for each line of the module, how many instructions and branches ran and there are. */
public final class Cover {
    private static final int IMPLICIT_CONSTRUCTOR = 3;

    /** Reads out/probes, lines of "ID NAME BITS", and the classes in out/m. */
    public static void main(String[] args) throws IOException {
        ExecutionDataStore store = new ExecutionDataStore();
        for (String line : Files.readAllLines(Path.of("out/probes"))) {
            String[] parts = line.split(" ");
            boolean[] probes = new boolean[parts[2].length()];
            for (int i = 0; i < probes.length; i++) probes[i] = parts[2].charAt(i) == '1';
            store.put(new ExecutionData(Long.parseUnsignedLong(parts[0], 16), parts[1], probes));
        }
        CoverageBuilder found = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(store, found);
        for (Path file : Build.below(Path.of("out/m"), ".class")) {
            if (file.startsWith("out/m/burnish")) continue;
            analyzer.analyzeClass(Build.understood(Files.readAllBytes(file)), file.toString());
        }
        Map<Integer, int[]> lines = new TreeMap<>();
        for (IClassCoverage type : found.getClasses()) {
            for (IMethodCoverage method : type.getMethods()) {
                if (!implicit(method)) add(lines, method);
            }
        }
        lines.forEach((nr, n) -> System.out.println(nr + " " + n[0] + " " + n[1] + " " + n[2] + " " + n[3]));
    }

    /** A constructor that nobody wrote, of a class that nobody made an object of. */
    private static boolean implicit(IMethodCoverage method) {
        return method.getName().equals("<init>")
                && method.getDesc().equals("()V")
                && method.getInstructionCounter().getTotalCount() == IMPLICIT_CONSTRUCTOR
                && method.getFirstLine() == method.getLastLine();
    }

    private static void add(Map<Integer, int[]> lines, IMethodCoverage method) {
        for (int nr = method.getFirstLine(); nr <= method.getLastLine(); nr++) {
            ILine line = method.getLine(nr);
            ICounter ran = line.getInstructionCounter();
            ICounter branches = line.getBranchCounter();
            if (ran.getTotalCount() == 0) continue;
            int[] sum = lines.computeIfAbsent(nr, key -> new int[4]);
            sum[0] += ran.getCoveredCount();
            sum[1] += ran.getTotalCount();
            sum[2] += branches.getCoveredCount();
            sum[3] += branches.getTotalCount();
        }
    }
}
