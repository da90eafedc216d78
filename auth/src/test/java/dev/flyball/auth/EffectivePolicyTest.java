// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.CallRecord;
import dev.flyball.Endpoint;
import dev.flyball.GovernedEndpoint;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.issuer.LocalIssuer;
import dev.flyball.testkit.InProcessApp;
import dev.flyball.testkit.InProcessCarrier;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows 73 and 74: who gets in, by where what is written. What is pinned here is what services rely
 * on; a change of any row is a change of who gets in somewhere.
 */
class EffectivePolicyTest {

  // who gets in: nobody's call, that of a caller with the scope a, that of one with b
  private static final String ALL = "200 200 200";
  private static final String A = "401 200 403";
  private static final String B = "401 403 200";
  private static final String ONLY_BOTH = "401 403 403";
  private static final String NOBODY = "403 403 403";

  private static InProcessApp app;
  private static LocalIssuer issuer;

  @BeforeAll
  static void start() {
    app = InProcessApp.with(new AuthModule());
    issuer = LocalIssuer.builder().port(0).audience("rooms").clock(app.time()::now).start();
    app.property("flyball.auth.issuers.main.issuer", issuer.issuer())
        .property("flyball.auth.issuers.main.audience", "rooms")
        .start();
  }

  @AfterAll
  static void stop() {
    app.close();
    issuer.close();
  }

  private record Row(String title, Class<?> type, Method method, String outcome) {
    @Override
    public String toString() {
      return title + ": " + outcome;
    }
  }

  private static Row row(String title, Class<?> type, String method, String outcome) {
    return row(title, type, type, method, outcome);
  }

  private static Row row(
      String title, Class<?> type, Class<?> declaring, String method, String outcome) {
    Method found =
        Stream.of(declaring.getDeclaredMethods())
            .filter(each -> each.getName().equals(method) && !each.isBridge())
            .findFirst()
            .orElseThrow(() -> new AssertionError(title));
    return new Row(title, type, found, outcome);
  }

  private static Row bridge(String title, Class<?> type, String method, String outcome) {
    Method found =
        Stream.of(type.getDeclaredMethods())
            .filter(each -> each.getName().equals(method) && each.isBridge())
            .findFirst()
            .orElseThrow(() -> new AssertionError(title + ": no bridge"));
    return new Row(title, type, found, outcome);
  }

  // ---- what is declared

  static class Silent {
    void silent() {}

    private void silentPrivate() {}
  }

  @Public(reason = "class")
  static class OpenClass {
    void inherits() {}

    @RequiresScope("a")
    void method() {}

    @DenyAll
    void closed() {}
  }

  @RequiresScope("a")
  static class ClosedClass {
    void inherits() {}

    private void inheritsPrivate() {}

    static void inheritsStatic() {}

    @Public(reason = "method")
    void open() {}

    @Public(reason = "method")
    private void openPrivate() {}

    @RequiresScope("b")
    void other() {}

    @PermitAll
    void permitted() {}
  }

  @DenyAll
  static class DeniedClass {
    void inherits() {}

    @RequiresScope("a")
    void method() {}
  }

  static class SubOfClosed extends ClosedClass {
    @Override
    void inherits() {}

    @Override
    void open() {}

    @Override
    void other() {}

    void own() {}
  }

  @Public(reason = "sub")
  static class OpenSubOfClosed extends ClosedClass {
    @Override
    void inherits() {}

    @Override
    void other() {}
  }

  interface Api {
    @RequiresScope("a")
    void ruled();

    void bare();

    @RequiresScope("a")
    default void provided() {}

    default void providedBare() {}
  }

  static class OfApi implements Api {
    @Override
    public void ruled() {}

    @Override
    public void bare() {}
  }

  @Public(reason = "class")
  static class OpenOfApi implements Api {
    @Override
    public void ruled() {}

    @Override
    public void bare() {}
  }

  @Public(reason = "interface")
  interface OpenApi {
    void bare();

    @Public(reason = "method")
    default void provided() {}

    void later();
  }

  static class OfOpenApi implements OpenApi {
    @Override
    public void bare() {}

    @Override
    public void later() {}
  }

  interface ClosedApi extends OpenApi {
    @Override
    @RequiresScope("a")
    default void provided() {}

    @Override
    @RequiresScope("a")
    default void later() {}
  }

  static class OfClosedApi implements ClosedApi {
    @Override
    public void bare() {}
  }

  static class OfBoth implements OpenApi, ClosedApi {
    @Override
    public void bare() {}
  }

  interface NeedsA {
    @RequiresScope("a")
    void call();
  }

  interface NeedsB {
    @RequiresScope("b")
    void call();
  }

  static class NeedsBoth implements NeedsA, NeedsB {
    @Override
    public void call() {}
  }

  static class Order {}

  interface Store<T> {
    @RequiresScope("a")
    void save(T value);

    void drop(T value);
  }

  static class Orders implements Store<Order> {
    @Override
    public void save(Order value) {}

    @Override
    @RequiresScope("b")
    public void drop(Order value) {}
  }

  abstract static class GenericBase<T> {
    @RequiresScope("a")
    void handle(T value) {}

    @Public(reason = "base")
    void open(T value) {}
  }

  static class OfGenericBase extends GenericBase<Order> {
    @Override
    void handle(Order value) {}

    @Override
    @RequiresScope("a")
    void open(Order value) {}
  }

  /** Not public, so that the compiler makes bridges for what a public class inherits. */
  static class Hidden {
    @RequiresScope("a")
    public void seen() {}
  }

  public static class Seen extends Hidden {}

  record Point(@RequiresScope("a") String x, String y) implements NeedsB {
    @Override
    public void call() {}

    @Public(reason = "record")
    void open() {}
  }

  enum Door {
    FRONT {
      @Override
      void pass() {}
    };

    @RequiresScope("a")
    void pass() {}
  }

  @Retention(RetentionPolicy.RUNTIME)
  @RequiresScope("a")
  @interface Readers {}

  @Retention(RetentionPolicy.RUNTIME)
  @Readers
  @interface AllReaders {}

  static class Meta {
    @Readers
    void one() {}

    @AllReaders
    void two() {}

    @AllReaders
    @RequiresScope("b")
    void both() {}
  }

  @AllReaders
  static class MetaClass {
    void inherits() {}

    @Public(reason = "method")
    void open() {}
  }

  private static final Runnable LAMBDA = () -> {};
  private static final NeedsA LAMBDA_OF_RULED = () -> {};
  private static final NeedsA ANONYMOUS =
      new NeedsA() {
        @Override
        public void call() {}
      };
  private static final Object PROXY =
      Proxy.newProxyInstance(
          NeedsA.class.getClassLoader(), new Class<?>[] {NeedsA.class}, (p, m, a) -> null);

  static List<Row> rows() {
    return List.of(
        row("nothing declared", Silent.class, "silent", NOBODY),
        row("nothing declared, private", Silent.class, "silentPrivate", NOBODY),
        row("class @Public, method silent", OpenClass.class, "inherits", ALL),
        row("class @Public, method @RequiresScope", OpenClass.class, "method", A),
        row("class @Public, method @DenyAll", OpenClass.class, "closed", NOBODY),
        row("class @RequiresScope, method silent", ClosedClass.class, "inherits", A),
        row("class ruled, private method silent", ClosedClass.class, "inheritsPrivate", A),
        row("class ruled, static method silent", ClosedClass.class, "inheritsStatic", A),
        row("class @RequiresScope, method @Public", ClosedClass.class, "open", ALL),
        row("class ruled, private method @Public", ClosedClass.class, "openPrivate", ALL),
        row("class @RequiresScope a, method b", ClosedClass.class, "other", B),
        row("class @RequiresScope, method @PermitAll", ClosedClass.class, "permitted", ALL),
        row("class @DenyAll, method silent", DeniedClass.class, "inherits", NOBODY),
        row("class @DenyAll, method @RequiresScope", DeniedClass.class, "method", A),
        row("override silent, base class ruled", SubOfClosed.class, "inherits", A),
        row("override silent, overridden @Public", SubOfClosed.class, "open", ALL),
        row("override silent, overridden ruled", SubOfClosed.class, "other", B),
        row("new method silent, base class ruled", SubOfClosed.class, "own", A),
        row("override silent, class @Public", OpenSubOfClosed.class, "inherits", ALL),
        row("overridden ruled, class @Public", OpenSubOfClosed.class, "other", B),
        row("inherited method of the base", OpenSubOfClosed.class, ClosedClass.class, "open", ALL),
        row("base named, override runs", SubOfClosed.class, ClosedClass.class, "other", B),
        row("interface method ruled", OfApi.class, "ruled", A),
        row("interface method silent", OfApi.class, "bare", NOBODY),
        row("interface method ruled, class @Public", OpenOfApi.class, "ruled", ALL),
        row("default method ruled", OfApi.class, Api.class, "provided", A),
        row("default method silent", OfApi.class, Api.class, "providedBare", NOBODY),
        row("default method ruled, class @Public", OpenOfApi.class, Api.class, "provided", A),
        row(
            "default method silent, class @Public",
            OpenOfApi.class,
            Api.class,
            "providedBare",
            ALL),
        row("interface @Public, method silent", OfOpenApi.class, "bare", ALL),
        row("default overridden by a ruled one", OfClosedApi.class, OpenApi.class, "provided", A),
        row("the same, reached twice", OfBoth.class, OpenApi.class, "provided", A),
        row("abstract made default and ruled", OfClosedApi.class, OpenApi.class, "later", A),
        row("default that runs, named itself", OfClosedApi.class, ClosedApi.class, "provided", A),
        row("two interfaces disagree", NeedsBoth.class, "call", ONLY_BOTH),
        row("generic interface ruled", Orders.class, "save", A),
        row("generic interface named", Orders.class, Store.class, "save", A),
        row("generic interface named, method ruled", Orders.class, Store.class, "drop", B),
        bridge("bridge, interface ruled", Orders.class, "save", A),
        bridge("bridge, method ruled", Orders.class, "drop", B),
        row("generic superclass ruled", OfGenericBase.class, "handle", A),
        row("generic superclass named", OfGenericBase.class, GenericBase.class, "handle", A),
        row("generic superclass @Public, ruled", OfGenericBase.class, GenericBase.class, "open", A),
        bridge("bridge, superclass @Public, ruled", OfGenericBase.class, "open", A),
        bridge("bridge of visibility", Seen.class, "seen", A),
        row("inherited from a hidden class", Seen.class, Hidden.class, "seen", A),
        row("record, interface method ruled", Point.class, "call", B),
        row("record component ruled", Point.class, "x", A),
        row("record accessor silent", Point.class, "y", NOBODY),
        row("record method @Public", Point.class, "open", ALL),
        row("enum constant overrides", Door.FRONT.getClass(), "pass", A),
        row("annotation of one's own", Meta.class, "one", A),
        row("annotation on that", Meta.class, "two", A),
        row("annotation on that, and more", Meta.class, "both", ONLY_BOTH),
        row("annotation of one's own on a class", MetaClass.class, "inherits", A),
        row("the same, method @Public", MetaClass.class, "open", ALL),
        row("lambda", LAMBDA.getClass(), Runnable.class, "run", NOBODY),
        row("lambda of a ruled interface", LAMBDA_OF_RULED.getClass(), NeedsA.class, "call", A),
        row("anonymous class", ANONYMOUS.getClass(), "call", A),
        row("proxy", PROXY.getClass(), "call", A),
        row("proxy, interface named", PROXY.getClass(), NeedsA.class, "call", A));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void row73_row74_effectivePolicy_isTheDeclaredOne(Row row) {
    Endpoint.Builder endpoint =
        Endpoint.builder("http", "GET /" + row.title.replace(' ', '-'))
            .source(row.type, row.method);
    GovernedEndpoint governed = app.govern(endpoint);

    String a = issuer.token().subject("ann").scopes("a").sign();
    String b = issuer.token().subject("bob").scopes("b").sign();

    assertThat(
            status(governed, InProcessCarrier.get("/"))
                + " "
                + status(governed, InProcessCarrier.get("/").bearer(a))
                + " "
                + status(governed, InProcessCarrier.get("/").bearer(b)))
        .isEqualTo(row.outcome);
  }

  private static int status(GovernedEndpoint endpoint, InProcessCarrier carrier) {
    CallRecord record = app.call(endpoint, carrier);
    return record.outcome().code();
  }
}
