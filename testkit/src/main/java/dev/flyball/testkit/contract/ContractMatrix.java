// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints which cases an adapter passed, and why others do not apply. */
final class ContractMatrix implements TestWatcher, AfterAllCallback {

  private final Map<String, String> results = new ConcurrentSkipListMap<>();

  @Override
  public void testSuccessful(ExtensionContext context) {
    results.put(name(context), "pass");
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    results.put(name(context), "n/a   " + reason(cause));
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    results.put(name(context), "n/a   " + reason.orElse("disabled"));
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    results.put(name(context), "FAIL");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    long passed = results.values().stream().filter("pass"::equals).count();
    StringBuilder table = new StringBuilder("\nadapter contract, ");
    table.append(context.getRequiredTestClass().getSimpleName()).append(": ");
    table.append(passed).append(" of ").append(results.size()).append(" cases pass\n");
    results.forEach((name, result) -> table.append(String.format("  %-62s %s%n", name, result)));
    context.publishReportEntry("contract", table.toString());
    System.out.println(table);
  }

  private static String reason(Throwable assumption) {
    return String.valueOf(assumption.getMessage()).replace("Assumption failed: ", "");
  }

  private static String name(ExtensionContext context) {
    return context.getRequiredTestMethod().getName();
  }
}
