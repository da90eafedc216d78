// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class KeyFormatProperties {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String CHARACTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. ,\u00e9\u0000\ud83d";

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .numeric()
        .ofMinLength(1)
        .ofMaxLength(15)
        .map(rest -> "k" + rest);
  }

  @Property
  void issuedKey_isReadAsItWasMade(@ForAll("words") String prefix, @ForAll("words") String place) {
    KeyFormat format = new KeyFormat(prefix, place);
    String id = KeyFormat.newId(RANDOM);
    String secret = KeyFormat.newSecret(RANDOM);
    String text = format.text(id, secret);
    assertThat(KeyFormat.isId(id)).isTrue();
    assertThat(format.flaw(text, 0)).isNull();
    assertThat(format.id(text, 0)).isEqualTo(id);
    assertThat(format.secret(text, 0)).isEqualTo(secret);
    String header = "ApiKey " + text;
    assertThat(format.flaw(header, 7)).isNull();
    assertThat(format.id(header, 7)).isEqualTo(id);
    assertThat(format.secret(header, 7)).isEqualTo(secret);
    assertThat(text).startsWith(prefix + "_" + place + "_").matches("[0-9A-Za-z_]+");
  }

  @Property(tries = 50)
  void everyChangeOfOneCharacter_isRefused(@ForAll("words") String prefix) {
    KeyFormat format = new KeyFormat(prefix, "live");
    String text = format.text(KeyFormat.newId(RANDOM), KeyFormat.newSecret(RANDOM));
    for (int at = 0; at < text.length(); at++) {
      for (int i = 0; i < CHARACTERS.length(); i++) {
        char other = CHARACTERS.charAt(i);
        if (text.charAt(at) != other) {
          String changed = text.substring(0, at) + other + text.substring(at + 1);
          assertThat(format.flaw(changed, 0)).as("%s for %s at %d", other, text, at).isNotNull();
        }
      }
    }
  }

  @Property(tries = 200)
  void swappedMissingAndAddedCharacters_areRefused(@ForAll @IntRange(max = 60) int at) {
    KeyFormat format = new KeyFormat("fbk", "live");
    String text = format.text(KeyFormat.newId(RANDOM), KeyFormat.newSecret(RANDOM));
    int i = Math.min(at, text.length() - 2);
    String head = text.substring(0, i);
    if (text.charAt(i) != text.charAt(i + 1)) {
      String swapped = head + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2);
      assertThat(format.flaw(swapped, 0)).isNotNull();
    }
    assertThat(format.flaw(head + text.substring(i + 1), 0)).isEqualTo("malformed");
    assertThat(format.flaw(head + "0" + text.substring(i), 0)).isEqualTo("malformed");
  }

  @Property
  void anyText_hasAFlawOrIsAKey(@ForAll String text) {
    KeyFormat format = new KeyFormat("fbk", "live");
    assertThat(format.flaw(text, 0)).isEqualTo("malformed");
  }

  @Example
  void keyOfAnotherEnvironmentOrPrefix_isTold() {
    KeyFormat live = new KeyFormat("fbk", "live");
    String id = KeyFormat.newId(RANDOM);
    String secret = KeyFormat.newSecret(RANDOM);
    assertThat(live.flaw(new KeyFormat("fbk", "test").text(id, secret), 0))
        .isEqualTo("environment");
    assertThat(live.flaw(new KeyFormat("abc", "live").text(id, secret), 0))
        .isEqualTo("environment");
    assertThat(live.flaw(new KeyFormat("fbk", "staging").text(id, secret), 0))
        .isEqualTo("malformed");
  }

  @Example
  void wrongChecksum_isTold() {
    KeyFormat format = new KeyFormat("fbk", "live");
    String text = format.text("abcdefghijkl", "0".repeat(32));
    assertThat(format.flaw(text.substring(0, text.length() - 6) + "zzzzzz", 0))
        .isEqualTo("checksum");
  }

  @Example
  void noTwoKeys_areEqual() {
    Set<String> ids = new HashSet<>();
    Set<String> secrets = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      ids.add(KeyFormat.newId(RANDOM));
      secrets.add(KeyFormat.newSecret(RANDOM));
    }
    assertThat(ids).hasSize(20_000);
    assertThat(secrets).hasSize(20_000);
  }

  /**
   * 62 letters, 640,000 draws: each is expected 10,323 times, and 6 standard deviations are 605.
   */
  @Example
  void letters_areEquallyLikely() {
    int[] counts = new int[128];
    for (int i = 0; i < 20_000; i++) {
      KeyFormat.newSecret(RANDOM).chars().forEach(c -> counts[c]++);
    }
    int used = 0;
    for (int count : counts) {
      if (count > 0) {
        used++;
        assertThat(count).isBetween(10_323 - 605, 10_323 + 605);
      }
    }
    assertThat(used).isEqualTo(62);
  }

  @Example
  void words_areShortAndPlain() {
    for (String good : new String[] {"fbk", "live", "a1", "abcdefghijklmnop"}) {
      assertThat(KeyFormat.isWord(good)).as(good).isTrue();
    }
    for (String bad : new String[] {"", "a", "1a", "Live", "a_b", "a-b", "abcdefghijklmnopq"}) {
      assertThat(KeyFormat.isWord(bad)).as(bad).isFalse();
    }
    for (String bad : new String[] {"", "abcdefghijk", "abcdefghijklm", "abcdefghijk_"}) {
      assertThat(KeyFormat.isId(bad)).as(bad).isFalse();
    }
  }
}
