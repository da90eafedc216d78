// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.flyball.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class Murmur3Test {

  private static final int VECTORS = 80;
  private static final long SMHASHER_VERIFICATION = 0xb0f57ee3L;
  private static final HashFunction GUAVA = Hashing.murmur3_32_fixed(0);

  /** A test of its own, since a factory that is skipped leaves no trace in the report. */
  @Test
  void theVectors_areAllThere() throws IOException {
    assertThat(vectors()).hasSize(VECTORS);
  }

  @TestFactory
  List<DynamicTest> vectors() throws IOException {
    String text = Files.readString(Vectors.path("flags/murmur3_x86_32.json"));
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode vector : new ObjectMapper().readTree(text).get("vectors")) {
      String input = vector.get("utf8").asString();
      int seed = (int) vector.get("seed").asLong();
      long expected = vector.get("hash_unsigned").asLong();
      tests.add(
          DynamicTest.dynamicTest(
              "'" + input + "' with seed " + seed, () -> check(input, seed, expected)));
    }
    return tests;
  }

  private static void check(String input, int seed, long expected) {
    assertThat(Integer.toUnsignedLong(Murmur3.seeded(seed).finish(input))).isEqualTo(expected);
    assertThat(Integer.toUnsignedLong(Murmur3.seeded(seed).then(input).finish()))
        .isEqualTo(expected);
  }

  /** Hashes the keys {0}, {0,1}, {0,1,2}, ... with seeds 256-N and then the hashes. */
  @Test
  void verification_isThatOfSmHasher() {
    byte[] hashes = new byte[256 * 4];
    byte[] key = new byte[256];
    for (int n = 0; n < 256; n++) {
      key[n] = (byte) n;
      int hash = Murmur3.seeded(256 - n).then(java.util.Arrays.copyOf(key, n)).finish();
      for (int i = 0; i < 4; i++) {
        hashes[n * 4 + i] = (byte) (hash >>> 8 * i);
      }
    }
    int verification = Murmur3.START.then(hashes).finish();
    assertThat(Integer.toUnsignedLong(verification)).isEqualTo(SMHASHER_VERIFICATION);
  }

  @Test
  void cborHash_ofLongTexts_isThatOfTheEncodedText() {
    for (int length : new int[] {22, 23, 24, 25, 255, 256, 257, 65_535, 65_536, 1_000_000}) {
      String text = "é".repeat(length / 2) + "a".repeat(length % 2);
      int expected = GUAVA.hashBytes(Cbor.encode(text)).asInt();
      assertThat(Murmur3.START.finishCbor(text)).as("%d bytes", length).isEqualTo(expected);
    }
  }
}
