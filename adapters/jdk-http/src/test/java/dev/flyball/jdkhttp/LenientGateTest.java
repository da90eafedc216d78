// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Call;
import dev.flyball.Decision;
import dev.flyball.Endpoint;
import dev.flyball.FlyballModule;
import dev.flyball.Phase;
import dev.flyball.Principal;
import dev.flyball.Problem;
import dev.flyball.Setup;
import dev.flyball.Stage;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Policy;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.settings.Setting;
import dev.flyball.testkit.hostile.Capability;
import dev.flyball.testkit.hostile.HostileHost;
import dev.flyball.testkit.hostile.HostileSetup;
import dev.flyball.testkit.hostile.HostileTarget;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The attack list notices a gate that believes whatever it is told. */
class LenientGateTest {

  /** Rows that such a gate fails without its clock being moved, and its issuers being many. */
  private static final Set<Integer> NOTICED =
      Set.of(
          1, 2, 3, 5, 6, 9, 10, 11, 13, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 35, 36, 38, 39, 41,
          46, 48, 52, 60, 61, 62, 82);

  /** A row that even such a gate passes: the others do not fail because nothing works at all. */
  private static final int HARMLESS = 40;

  @Test
  void gateThatChecksNothing_failsTheRowsThatAreAboutIt() throws Exception {
    LenientSuite suite = new LenientSuite();
    Set<Integer> failed = new TreeSet<>();
    try {
      for (DynamicContainer row : suite.rows().filter(LenientGateTest::isRow).toList()) {
        int number = Integer.parseInt(row.getDisplayName().substring(4, 6));
        if ((NOTICED.contains(number) || number == HARMLESS) && isFailed(row)) {
          failed.add(number);
        }
      }
    } finally {
      suite.end();
    }
    assertThat(failed).containsExactlyInAnyOrderElementsOf(NOTICED);
  }

  /** Beside the rows, the suite asks whether each of them was tried. */
  private static boolean isRow(DynamicContainer container) {
    return container.getDisplayName().startsWith("row ");
  }

  private static boolean isFailed(DynamicContainer row) throws Exception {
    List<? extends DynamicNode> tests = row.getChildren().collect(Collectors.toList());
    for (DynamicNode test : tests) {
      try {
        ((DynamicTest) test).getExecutable().execute();
      } catch (TestAbortedException e) {
        // does not apply
      } catch (AssertionError e) {
        return true;
      } catch (Throwable e) {
        throw new AssertionError(test.getDisplayName(), e);
      }
    }
    return false;
  }

  /** The same service behind another gate. */
  private static final class LenientSuite extends JdkHttpHostileTest {

    @Override
    protected HostileHost start(HostileSetup setup) {
      LogCapture log = new LogCapture();
      JdkHttpServer server =
          JdkHttpServer.builder()
              .governor(
                  setup.governor().modules(List.of(new Lenient(), new JdkHttpModule())).build())
              .port(0)
              .adminPort(0)
              .routes(new Operations())
              .start();
      return new Believing(new Host(server, log));
    }

    @Override
    protected Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    protected List<HostileTarget> targets() {
      return super.targets().subList(0, 1);
    }

    @Override
    protected Stream<DynamicContainer> rows() {
      return super.rows();
    }

    @Override
    protected void end() throws Exception {
      super.end();
    }
  }

  /** A host that trusts nobody's keys, since it asks for none. */
  private record Believing(JdkHttpHostileTest.Host host) implements HostileHost {

    @Override
    public URI uri() {
      return host.uri();
    }

    @Override
    public boolean isConfigured() {
      return false;
    }

    @Override
    public void close() {
      host.close();
    }
  }

  /** Reads tokens and believes them. */
  private static final class Lenient implements FlyballModule {

    @Override
    public String name() {
      return "auth";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(
          Setting.string("flyball.auth.issuers.<name>.issuer").doc("Ignored.").build(),
          Setting.string("flyball.auth.issuers.<name>.audience").doc("Ignored.").build(),
          Setting.string("flyball.auth.token-cache.size").doc("Ignored.").build());
    }

    @Override
    public void install(Setup setup) {
      setup.enforces(
          List.of(Authenticated.class, RequiresScope.class, RequiresRole.class, Policy.class));
      setup.stages(Lenient::stages);
    }

    private static List<Stage> stages(Endpoint endpoint) {
      return endpoint.kind() == Endpoint.Kind.SERVER
          ? List.of(new Gate(Phase.AUTHENTICATE), new Gate(Phase.AUTHORIZE))
          : List.of();
    }
  }

  private record Gate(Phase phase) implements Stage {

    @Override
    public String id() {
      return phase == Phase.AUTHENTICATE ? "authenticate" : "anybody";
    }

    @Override
    public Decision onStart(Call call) {
      if (phase == Phase.AUTHORIZE) {
        return Decision.proceed();
      }
      String header = call.carrier().header("Authorization");
      String subject = header == null ? null : subject(header.replaceFirst("(?i)Bearer ", ""));
      if (subject == null) {
        return Decision.refuse(
            Problem.of(Problem.Kind.INVALID_TOKEN, "the token " + header + " is bad")
                .withHeader("WWW-Authenticate", "Bearer realm=\"a\", error=\"invalid_token\""),
            id(),
            "malformed");
      }
      call.authenticated(Principal.builder(subject, "anybody").build());
      return Decision.proceed();
    }

    private static String subject(String token) {
      try {
        String payload = token.split("\\.", -1)[1];
        byte[] json = Base64.getUrlDecoder().decode(payload.getBytes(StandardCharsets.US_ASCII));
        return (String)
            JsonMapper.shared()
                .readValue(json, new TypeReference<Map<String, Object>>() {})
                .get("sub");
      } catch (IndexOutOfBoundsException
          | IllegalArgumentException
          | ClassCastException
          | JacksonException e) {
        return null;
      }
    }
  }
}
