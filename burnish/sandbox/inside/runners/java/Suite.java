package burnish;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests and reports each: no plugins, no configuration files, one after the other. */
final class Suite implements TestExecutionListener {
    private final Wire wire;
    private final Map<String, Long> began = new HashMap<>();
    private TestPlan plan;

    private Suite(Wire wire) {
        this.wire = wire;
    }

    static void run(Sealed loader, Wire wire) throws ClassNotFoundException {
        LauncherConfig config = LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .addTestEngines(new JupiterTestEngine())
                .build();
        List<ClassSelector> classes =
                loader.starts().stream().map(DiscoverySelectors::selectClass).toList();
        Set<String> told = Set.copyOf(wire.told);
        PostDiscoveryFilter untold = found ->
                FilterResult.includedIf(!isTold(told, found));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .enableImplicitConfigurationParameters(false)
                .selectors(classes)
                .filters(untold)
                .build();
        LauncherFactory.create(config).execute(request, new Suite(wire));
    }

    private static boolean isTold(Set<String> told, TestDescriptor found) {
        String id = id(found.getUniqueId());
        if (id.isEmpty() || !found.getSource().toString().contains("methodName")) return false;
        return told.contains(id) || told.stream().anyMatch(one -> one.startsWith(id + "["));
    }

    /** "method", "Nested > method" or "method[1]"; "" of a container that is no method. */
    private static String id(UniqueId unique) {
        StringBuilder id = new StringBuilder();
        boolean method = false;
        for (UniqueId.Segment segment : unique.getSegments()) {
            String value = segment.getValue();
            switch (segment.getType()) {
                case "nested-class" -> id.append(value).append(" > ");
                case "method", "test-template", "test-factory" -> {
                    id.append(value, 0, value.indexOf('('));
                    method = true;
                }
                case "test-template-invocation", "dynamic-test", "dynamic-container" ->
                        id.append('[').append(value.substring(1)).append(']');
                default -> { }
            }
        }
        return method ? id.toString() : "";
    }

    private static String id(TestIdentifier test) {
        return id(UniqueId.parse(test.getUniqueId()));
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (!test.isTest()) return;
        began.put(test.getUniqueId(), System.nanoTime());
        wire.emit("start", "\"id\": " + Wire.quoted(id(test)));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        each(test, "skipped", "\"message\": " + Wire.quoted(reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        wire.cover();
        Throwable error = result.getThrowable().orElse(null);
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) tell(test, "passed", "");
            }
            case ABORTED -> each(test, "skipped", "\"message\": " + Wire.quoted(Told.of(error)));
            default -> each(test, "failed", Told.fields(error));
        }
    }

    /** Tells one outcome of a test, or of every method in a container that could not be run. */
    private void each(TestIdentifier test, String outcome, String fields) {
        if (!id(test).isEmpty()) {
            tell(test, outcome, fields);
        } else {
            for (TestIdentifier child : plan.getChildren(test)) each(child, outcome, fields);
        }
    }

    private void tell(TestIdentifier test, String outcome, String fields) {
        Long start = began.get(test.getUniqueId());
        double seconds = start == null ? 0 : (System.nanoTime() - start) / 1e9;
        String comma = fields.isEmpty() ? "" : ", ";
        wire.emit("test", "\"id\": " + Wire.quoted(id(test)) + ", \"outcome\": \"" + outcome
                + "\", \"seconds\": " + seconds + comma + fields);
    }
}
