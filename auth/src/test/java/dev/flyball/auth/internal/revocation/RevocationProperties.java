// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Principal;
import dev.flyball.auth.internal.revocation.Revocation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is revoked, in whatever order the news come in. */
class RevocationProperties {

  private static final long NOW = 1_000;

  @Provide
  Arbitrary<Revocation> revocations() {
    Arbitrary<String> names = Arbitraries.of("a", "b", "a b", "b:a", "\u00e4\n");
    return Combinators.combine(
            names,
            Arbitraries.of(Kind.class),
            names,
            Arbitraries.longs().between(0, 20),
            Arbitraries.longs().between(NOW - 5, NOW + 5))
        .as(Revocation::new);
  }

  @Provide
  Arbitrary<Principal> principals() {
    Arbitrary<String> names = Arbitraries.of("a", "b", "a b", "b:a", "\u00e4\n");
    return Combinators.combine(
            names, names, names.injectNull(0.2), Arbitraries.longs().between(-1, 21))
        .as(RevocationProperties::principal);
  }

  private static Principal principal(String issuer, String subject, String id, long issuedAt) {
    return Principal.builder(subject, issuer)
        .credential("jwt", id)
        .claims(issuedAt < 0 ? Map.of() : Map.of("iat", issuedAt))
        .build();
  }

  @Property
  void whatIsWritten_isReadAsItWas(
      @ForAll String issuer,
      @ForAll Kind kind,
      @ForAll String id,
      @ForAll long issuedBefore,
      @ForAll long until) {
    Revocation revocation = new Revocation(issuer, kind, id, issuedBefore, until);
    assertThat(Revocation.parse(revocation.value())).isEqualTo(revocation);
    assertThat(revocation.key()).hasSizeLessThan(512).matches("auth/revoked/\\w+/[\\w-]{43}");
  }

  @Property
  void differentNames_haveDifferentKeys(
      @ForAll("revocations") Revocation one, @ForAll("revocations") Revocation other) {
    boolean same =
        one.issuer().equals(other.issuer())
            && one.kind() == other.kind()
            && one.id().equals(other.id());
    assertThat(one.key().equals(other.key())).isEqualTo(same);
  }

  @Property
  void anyText_isReadOrPassedOver(@ForAll String value) {
    Revocation read = Revocation.parse(value);
    assertThat(read == null || Revocation.parse(read.value()).equals(read)).isTrue();
  }

  @Property
  void mirror_refusesWhatOneOfThemRevokes_inAnyOrder(
      @ForAll List<@From("revocations") Revocation> revocations,
      @ForAll("principals") Principal principal,
      @ForAll Random random) {
    List<Revocation> shuffled = new ArrayList<>(revocations);
    Collections.shuffle(shuffled, random);
    RevocationMirror mirror = new RevocationMirror();
    shuffled.forEach(mirror::add);
    String expected = revocations.stream().anyMatch(r -> concerns(r, principal)) ? "revoked" : null;
    assertThat(mirror.refusal(principal)).isEqualTo(expected);
  }

  private static boolean concerns(Revocation revocation, Principal principal) {
    if (!revocation.issuer().equals(principal.issuer())) {
      return false;
    }
    if (revocation.kind() == Kind.TOKEN) {
      return revocation.id().equals(principal.credentialId());
    }
    Long issuedAt = (Long) principal.claims().get("iat");
    boolean before = issuedAt == null || issuedAt < revocation.issuedBefore();
    return revocation.id().equals(principal.subject()) && before;
  }

  @Property
  void mirror_keepsNothingWhoseTimeIsOver(
      @ForAll List<@From("revocations") Revocation> revocations) {
    RevocationMirror mirror = new RevocationMirror();
    revocations.forEach(mirror::add);
    mirror.isKnown(NOW + 5);
    assertThat(mirror.size()).isZero();
    assertThat(mirror.refusal(principal("a", "a", "a", -1))).isNull();
  }

  @Property
  void mirrorThatIsUnknown_refusesEverybodyUntilItIsKnown(
      @ForAll("principals") Principal principal) {
    RevocationMirror mirror = new RevocationMirror();
    mirror.isUnknown();
    assertThat(mirror.refusal(principal)).isEqualTo("revocation_unavailable");
    mirror.add(Revocation.token("other", "other", NOW + 5));
    assertThat(mirror.refusal(principal)).isEqualTo("revocation_unavailable");
    mirror.isKnown(NOW);
    assertThat(mirror.refusal(principal)).isNull();
  }
}
