// SPDX-License-Identifier: Apache-2.0
package dev.flyball;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flyball.annotation.Audited;
import dev.flyball.annotation.Authenticated;
import dev.flyball.annotation.Enforced;
import dev.flyball.annotation.FeatureGate;
import dev.flyball.annotation.Governed;
import dev.flyball.annotation.Public;
import dev.flyball.annotation.RequiresRole;
import dev.flyball.annotation.RequiresScope;
import dev.flyball.settings.ForeignBase;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which annotations hold for a handler: the policy in force is the one that was declared. */
class EndpointAnnotationsTest {

  private static Endpoint endpoint(Class<?> type, Class<?> declaring, String name) {
    Method method =
        Stream.of(declaring.getDeclaredMethods())
            .filter(each -> each.getName().equals(name) && !each.isBridge())
            .findFirst()
            .orElseThrow();
    return Endpoint.builder("test", name).source(type, method).build();
  }

  private static Endpoint endpoint(Class<?> type, String name) {
    return endpoint(type, type, name);
  }

  /** The rules in force, as text. */
  private static List<String> rules(Endpoint endpoint) {
    return endpoint.authorization().stream().map(EndpointAnnotationsTest::text).toList();
  }

  private static String text(Annotation annotation) {
    if (annotation instanceof RequiresScope scope) {
      return "scope " + String.join(" ", scope.value());
    }
    if (annotation instanceof RequiresRole role) {
      return "role " + String.join(" ", role.value());
    }
    if (annotation instanceof RolesAllowed roles) {
      return "roles " + String.join(" ", roles.value());
    }
    if (annotation instanceof RequiresTicket ticket) {
      return "ticket " + ticket.value();
    }
    return annotation.annotationType().getSimpleName();
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Enforced(authorization = true, by = "com.example:tickets")
  @Repeatable(RequiresTickets.class)
  @interface RequiresTicket {
    String value();
  }

  @Retention(RetentionPolicy.RUNTIME)
  @interface RequiresTickets {
    RequiresTicket[] value();
  }

  // ---- class and method

  @Public(reason = "class")
  @Governed(owner = "team-a")
  static class OpenClass {
    void inherits() {}

    @RequiresScope("orders:write")
    void closed() {}

    @RequiresScope("a")
    @RequiresRole("b")
    void twoRules() {}

    @FeatureGate("f")
    void gated() {}

    @Governed(owner = "team-b")
    @Audited
    void owned() {}
  }

  @RequiresScope("orders:read")
  static class ClosedClass {
    void inherits() {}

    @Public(reason = "method")
    void open() {}

    private void hidden() {}

    @Public(reason = "private")
    private void hiddenOpen() {}

    static void fixed() {}
  }

  static class Silent {
    void nothing() {}
  }

  @Test
  void methodWithoutARule_hasThatOfTheClass() {
    assertThat(rules(endpoint(OpenClass.class, "inherits"))).containsExactly("Public");
    assertThat(rules(endpoint(ClosedClass.class, "inherits"))).containsExactly("scope orders:read");
  }

  @Test
  void ruleOfAMethod_replacesAllOfTheClass() {
    assertThat(rules(endpoint(OpenClass.class, "closed"))).containsExactly("scope orders:write");
    assertThat(rules(endpoint(ClosedClass.class, "open"))).containsExactly("Public");
  }

  @Test
  void rulesOfOneElement_allHold() {
    assertThat(rules(endpoint(OpenClass.class, "twoRules")))
        .containsExactlyInAnyOrder("scope a", "role b");
  }

  @Test
  void annotationThatIsNoRule_leavesTheRulesOfTheClass() {
    Endpoint gated = endpoint(OpenClass.class, "gated");

    assertThat(rules(gated)).containsExactly("Public");
    assertThat(gated.annotation(FeatureGate.class)).isPresent();
    assertThat(gated.owner()).isEqualTo("team-a");
  }

  @Test
  void annotationOfAMethod_replacesOnlyTheSameOfTheClass() {
    Endpoint owned = endpoint(OpenClass.class, "owned");

    assertThat(owned.owner()).isEqualTo("team-b");
    assertThat(owned.annotation(Audited.class)).isPresent();
    assertThat(rules(owned)).containsExactly("Public");
  }

  @Test
  void nothingDeclared_isNoRule() {
    assertThat(rules(endpoint(Silent.class, "nothing"))).isEmpty();
    assertThat(endpoint(Silent.class, "nothing").owner()).isNull();
  }

  @Test
  void privateAndStaticMethods_haveTheirOwnRulesOrThoseOfTheClass() {
    assertThat(rules(endpoint(ClosedClass.class, "hidden"))).containsExactly("scope orders:read");
    assertThat(rules(endpoint(ClosedClass.class, "hiddenOpen"))).containsExactly("Public");
    assertThat(rules(endpoint(ClosedClass.class, "fixed"))).containsExactly("scope orders:read");
  }

  @Test
  void lambda_hasOnlyTheRulesOfTheClassItIsWrittenIn() {
    Runnable lambda = () -> {};
    Method method =
        Stream.of(EndpointAnnotationsTest.class.getDeclaredMethods())
            .filter(Method::isSynthetic)
            .filter(each -> each.getName().startsWith("lambda$"))
            .findFirst()
            .orElseThrow();

    Endpoint endpoint = Endpoint.builder("test", "l").source(lambda.getClass(), method).build();

    assertThat(rules(endpoint)).isEmpty();
  }

  record Handler(String name) {
    @RequiresScope("r")
    String handle() {
      return name;
    }
  }

  @Test
  void record_isAClassLikeAnyOther() {
    assertThat(rules(endpoint(Handler.class, "handle"))).containsExactly("scope r");
    assertThat(rules(endpoint(Handler.class, "name"))).isEmpty();
  }

  // ---- overriding

  @RequiresScope("base")
  static class Base {
    @RequiresScope("base-method")
    void first() {}

    @RequiresScope("base-second")
    void second() {}

    void third() {}

    @Public(reason = "private of the base")
    private void secret() {}
  }

  static class Middle extends Base {
    @Override
    void first() {}
  }

  @Public(reason = "sub")
  static class Sub extends Middle {
    @Override
    void first() {}

    @Override
    @RequiresScope("sub-method")
    void second() {}

    void secret() {}
  }

  @Nested
  class Overriding {

    @Test
    void methodWithoutARule_hasThatOfTheOneItOverrides() {
      assertThat(rules(endpoint(Sub.class, "first"))).containsExactly("scope base-method");
      assertThat(rules(endpoint(Middle.class, "first"))).containsExactly("scope base-method");
    }

    @Test
    void ruleOfTheOverridingMethod_wins() {
      assertThat(rules(endpoint(Sub.class, "second"))).containsExactly("scope sub-method");
    }

    @Test
    void inheritedMethod_hasTheRuleOfTheClassThatHandles() {
      assertThat(rules(endpoint(Sub.class, Base.class, "third"))).containsExactly("Public");
      assertThat(rules(endpoint(Middle.class, Base.class, "third"))).containsExactly("scope base");
    }

    @Test
    void privateMethodOfASuperclass_isNotOverridden() {
      assertThat(rules(endpoint(Sub.class, "secret"))).containsExactly("Public");
      assertThat(rules(endpoint(Middle.class, Base.class, "secret"))).containsExactly("Public");
      assertThat(
              endpoint(Middle.class, Base.class, "secret").annotation(Public.class).get().reason())
          .isEqualTo("private of the base");
    }

    @Test
    void methodNamedByAnAncestor_hasTheRulesOfTheOneThatRuns() {
      assertThat(rules(endpoint(Sub.class, Base.class, "second")))
          .containsExactly("scope sub-method");
      assertThat(rules(endpoint(Sub.class, Base.class, "first")))
          .containsExactly("scope base-method");
    }
  }

  @Public(reason = "sub")
  static class SubOfForeign extends ForeignBase {
    public void handle() {}
  }

  @Test
  void methodOfAnotherPackage_isNotOverriddenByItsNameAlone() {
    assertThat(rules(endpoint(SubOfForeign.class, ForeignBase.class, "handle")))
        .containsExactly("scope foreign");
    assertThat(rules(endpoint(SubOfForeign.class, "handle"))).containsExactly("Public");
  }

  // ---- interfaces

  @Public(reason = "interface")
  interface Api {
    @RequiresScope("api")
    void declared();

    void bare();

    @RequiresScope("default")
    default void provided() {}
  }

  static class Implementation implements Api {
    @Override
    public void declared() {}

    @Override
    public void bare() {}
  }

  @RequiresRole("admin")
  static class RuledImplementation implements Api {
    @Override
    public void declared() {}

    @Override
    @RequiresScope("own")
    public void bare() {}
  }

  @Public(reason = "a")
  interface OpenApi {
    @Public(reason = "open method")
    void call();
  }

  interface ClosedApi {
    @RequiresScope("closed")
    void call();
  }

  interface Deeper extends ClosedApi {}

  static class Disagreeing implements OpenApi, ClosedApi {
    @Override
    public void call() {}
  }

  static class Nearer implements OpenApi, Deeper {
    @Override
    public void call() {}
  }

  @Nested
  class Interfaces {

    @Test
    void methodOfAnInterface_isAskedAfterTheClass() {
      assertThat(rules(endpoint(Implementation.class, "declared"))).containsExactly("scope api");
      assertThat(rules(endpoint(RuledImplementation.class, "declared")))
          .containsExactly("role admin");
    }

    @Test
    void interface_isAskedLast() {
      assertThat(rules(endpoint(Implementation.class, "bare"))).containsExactly("Public");
    }

    @Test
    void defaultMethod_hasItsOwnRule() {
      assertThat(rules(endpoint(Implementation.class, Api.class, "provided")))
          .containsExactly("scope default");
      assertThat(rules(endpoint(RuledImplementation.class, Api.class, "provided")))
          .containsExactly("scope default");
    }

    @Test
    void methodNamedByAnInterface_hasTheRulesOfTheOneThatRuns() {
      assertThat(rules(endpoint(RuledImplementation.class, Api.class, "bare")))
          .containsExactly("scope own");
      assertThat(rules(endpoint(RuledImplementation.class, Api.class, "declared")))
          .containsExactly("role admin");
    }

    @Test
    void interfacesAtOneDistanceThatDisagree_bothHold() {
      Endpoint endpoint = endpoint(Disagreeing.class, "call");

      assertThat(rules(endpoint)).containsExactlyInAnyOrder("Public", "scope closed");
    }

    @Test
    void nearerInterface_wins() {
      assertThat(rules(endpoint(Nearer.class, "call"))).containsExactly("Public");
    }
  }

  // ---- generics and bridges

  static class Order {}

  interface Store<T, K> {
    @RequiresScope("store:save")
    void save(T value, List<K> keys);

    @RequiresScope("store:load")
    T load(K key);
  }

  interface OrderStore extends Store<Order, Long> {}

  @Public(reason = "class")
  static class Orders implements OrderStore {
    @Override
    @RequiresScope("orders:save")
    public void save(Order value, List<Long> keys) {}

    @Override
    public Order load(Long key) {
      return new Order();
    }
  }

  static class PlainOrders implements OrderStore {
    @Override
    public void save(Order value, List<Long> keys) {}

    public void save(String other, List<Long> keys) {}

    @Override
    public Order load(Long key) {
      return new Order();
    }
  }

  abstract static class GenericBase<T extends CharSequence> {
    @RequiresScope("generic")
    void handle(T value) {}

    @RequiresScope("generic-array")
    void handleAll(T[] values) {}
  }

  static class Concrete extends GenericBase<String> {
    @Override
    void handle(String value) {}
  }

  @Public(reason = "class")
  static class Arrays extends GenericBase<String> {
    @Override
    void handleAll(String[] values) {}
  }

  @Public(reason = "class")
  static class Overloaded extends GenericBase<String> {
    @Override
    @RequiresScope("string")
    void handle(String value) {}

    void handle(Integer value) {}

    void handle(String value, int more) {}
  }

  @Nested
  class Generics {

    @Test
    void genericMethodOfAnInterface_isFound() {
      Method save = method(PlainOrders.class, "save", Order.class, List.class);
      Method load = method(PlainOrders.class, "load", Long.class);

      assertThat(rules(of(PlainOrders.class, save))).containsExactly("scope store:save");
      assertThat(rules(of(PlainOrders.class, load))).containsExactly("scope store:load");
    }

    @Test
    void overloadOfAGenericMethod_isAnotherMethod() {
      Method other = method(PlainOrders.class, "save", String.class, List.class);

      assertThat(rules(of(PlainOrders.class, other))).isEmpty();
    }

    @Test
    void genericMethodOfASuperclass_isFound() {
      assertThat(rules(endpoint(Concrete.class, "handle"))).containsExactly("scope generic");
    }

    @Test
    void genericArray_isFoundToo() {
      assertThat(rules(endpoint(Arrays.class, "handleAll"))).containsExactly("scope generic-array");
    }

    @Test
    void overloads_keepTheirOwnRules() {
      assertThat(rules(of(Overloaded.class, method(Overloaded.class, "handle", Integer.class))))
          .containsExactly("Public");
      assertThat(
              rules(
                  of(
                      Overloaded.class,
                      method(Overloaded.class, "handle", String.class, int.class))))
          .containsExactly("Public");
    }

    @Test
    void genericMethodNamedByItsInterface_hasTheRulesOfTheOneThatRuns() {
      Method save = method(Store.class, "save", Object.class, List.class);
      Method load = method(Store.class, "load", Object.class);

      assertThat(rules(of(Orders.class, save))).containsExactly("scope orders:save");
      assertThat(rules(of(Orders.class, load))).containsExactly("Public");
    }

    @Test
    void bridge_hasTheRulesOfTheMethodItStandsFor() {
      Method bridge = method(Orders.class, "save", Object.class, List.class);
      Method inherited = method(Concrete.class, "handle", CharSequence.class);
      Method plain = method(PlainOrders.class, "load", Object.class);

      assertThat(Stream.of(bridge, inherited, plain)).allMatch(Method::isBridge);
      assertThat(rules(of(Orders.class, bridge))).containsExactly("scope orders:save");
      assertThat(rules(of(Concrete.class, inherited))).containsExactly("scope generic");
      assertThat(rules(of(PlainOrders.class, plain))).containsExactly("scope store:load");
    }

    private Endpoint of(Class<?> type, Method method) {
      return Endpoint.builder("test", "x").source(type, method).build();
    }

    private Method method(Class<?> type, String name, Class<?>... parameters) {
      try {
        return type.getDeclaredMethod(name, parameters);
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }
    }
  }

  // ---- annotations on annotations

  @Retention(RetentionPolicy.RUNTIME)
  @RequiresScope("orders:admin")
  @FeatureGate("admin-ui")
  @Governed(owner = "team-meta")
  @interface AdminOnly {}

  @Retention(RetentionPolicy.RUNTIME)
  @AdminOnly
  @interface SuperAdminOnly {}

  @Retention(RetentionPolicy.RUNTIME)
  @Cyclic
  @Authenticated
  @interface Cyclic {}

  @Retention(RetentionPolicy.RUNTIME)
  @Enforced(by = "com.example:metering")
  @RequiresScope("metered")
  @interface Metered {}

  @Public(reason = "class")
  static class Composed {
    @SuperAdminOnly
    void deep() {}

    @AdminOnly
    @Governed(owner = "team-direct")
    @RequiresRole("auditor")
    void both() {}

    @Cyclic
    void cyclic() {}

    @Metered
    void metered() {}

    @RequiresTicket("a")
    @RequiresTicket("b")
    void repeated() {}

    @RequiresTicket("a")
    void once() {}
  }

  @Nested
  class Compositions {

    @Test
    void annotationOfOnesOwn_carriesThoseThatStandOnIt() {
      Endpoint deep = endpoint(Composed.class, "deep");

      assertThat(rules(deep)).containsExactly("scope orders:admin");
      assertThat(deep.annotation(FeatureGate.class).get().value()).isEqualTo("admin-ui");
      assertThat(deep.annotation(SuperAdminOnly.class)).isPresent();
      assertThat(deep.owner()).isEqualTo("team-meta");
    }

    @Test
    void annotationThatStandsThereItself_isNearerThanACarriedOne() {
      Endpoint both = endpoint(Composed.class, "both");

      assertThat(rules(both)).containsExactlyInAnyOrder("scope orders:admin", "role auditor");
      assertThat(both.owner()).isEqualTo("team-direct");
    }

    @Test
    void circle_isFollowedOnce() {
      assertThat(rules(endpoint(Composed.class, "cyclic"))).containsExactly("Authenticated");
    }

    @Test
    void enforcedAnnotation_carriesRulesToo() {
      assertThat(rules(endpoint(Composed.class, "metered"))).containsExactly("scope metered");
    }

    @Test
    void repeatedRule_holdsEachTime() {
      assertThat(rules(endpoint(Composed.class, "repeated")))
          .containsExactlyInAnyOrder("ticket a", "ticket b");
      assertThat(rules(endpoint(Composed.class, "once"))).containsExactly("ticket a");
    }

    @Test
    void annotationAddedByHand_isExpandedToo() {
      Endpoint endpoint =
          Endpoint.builder("test", "x")
              .annotation(Composed.class.getDeclaredAnnotations()[0])
              .build();
      AdminOnly admin;
      try {
        admin = Composed.class.getDeclaredMethod("both").getAnnotation(AdminOnly.class);
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }

      assertThat(rules(endpoint)).containsExactly("Public");
      assertThat(rules(Endpoint.builder("test", "x").annotation(admin).build()))
          .containsExactly("scope orders:admin");
    }
  }

  // ---- JSR-250

  @PermitAll
  static class Jsr250 {
    @RolesAllowed({"a", "b"})
    void roles() {}

    @DenyAll
    void closed() {}

    void inherits() {}

    @RequiresScope("s")
    void mixed() {}
  }

  @Test
  void jsr250_isOfTheSameGroup() {
    assertThat(rules(endpoint(Jsr250.class, "roles"))).containsExactly("roles a b");
    assertThat(rules(endpoint(Jsr250.class, "closed"))).containsExactly("DenyAll");
    assertThat(rules(endpoint(Jsr250.class, "inherits"))).containsExactly("PermitAll");
    assertThat(rules(endpoint(Jsr250.class, "mixed"))).containsExactly("scope s");
  }

  // ---- by hand

  @Test
  void scopeGivenByHand_equalsTheAnnotation() throws Exception {
    RequiresScope written =
        OpenClass.class.getDeclaredMethod("closed").getAnnotation(RequiresScope.class);
    Annotation made =
        Endpoint.builder("test", "x").requiresScope("orders:write").build().authorization().get(0);

    assertThat(made).isEqualTo(written).hasSameHashCodeAs(written);
    assertThat(written).isEqualTo(made);
    assertThat(made).hasToString("@RequiresScope(orders:write)");
  }

  @Test
  void noScopeByHand_isRefused() {
    assertThatThrownBy(() -> Endpoint.builder("test", "x").requiresScope())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
