// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Encodings of RFC 8949, appendix A, where numbers without a fraction are integers. */
class CborTest {

  @ParameterizedTest
  @MethodSource("examples")
  void value_isEncodedAsInTheStandard(@Nullable Object value, String expected) {
    assertThat(HexFormat.of().formatHex(Cbor.encode(value))).isEqualTo(expected);
  }

  static Stream<Arguments> examples() {
    return Stream.of(
        Arguments.of(0L, "00"),
        Arguments.of(23, "17"),
        Arguments.of(24, "1818"),
        Arguments.of(100L, "1864"),
        Arguments.of(1000L, "1903e8"),
        Arguments.of(1_000_000L, "1a000f4240"),
        Arguments.of(1_000_000_000_000L, "1b000000e8d4a51000"),
        Arguments.of(new BigInteger("18446744073709551615"), "1bffffffffffffffff"),
        Arguments.of(-1L, "20"),
        Arguments.of(-100L, "3863"),
        Arguments.of(-1000L, "3903e7"),
        Arguments.of(Long.MIN_VALUE, "3b7fffffffffffffff"),
        Arguments.of(1.1, "fb3ff199999999999a"),
        Arguments.of(1.5, "f93e00"),
        Arguments.of(3.4028234663852886e+38, "fa7f7fffff"),
        Arguments.of(1.0e+300, "fb7e37e43c8800759c"),
        Arguments.of(5.960464477539063e-8, "f90001"),
        Arguments.of(0.00006103515625, "f90400"),
        Arguments.of(-4.1, "fbc010666666666666"),
        Arguments.of(Double.POSITIVE_INFINITY, "f97c00"),
        Arguments.of(Double.NEGATIVE_INFINITY, "f9fc00"),
        Arguments.of(Double.NaN, "f97e00"),
        Arguments.of(false, "f4"),
        Arguments.of(true, "f5"),
        Arguments.of(null, "f6"),
        Arguments.of("", "60"),
        Arguments.of("IETF", "6449455446"),
        Arguments.of("\"\\", "62225c"),
        Arguments.of("\u00fc", "62c3bc"),
        Arguments.of("\u6c34", "63e6b0b4"),
        Arguments.of("\ud800\udd51", "64f0908591"),
        Arguments.of(List.of(), "80"),
        Arguments.of(List.of(1, List.of(2, 3), List.of(4, 5)), "8301820203820405"),
        Arguments.of(Map.of(), "a0"),
        Arguments.of(Map.of("a", 1, "b", List.of(2, 3)), "a26161016162820203"));
  }

  @Test
  void wholeNumbers_areTheSameHoweverTheyAreWritten() {
    byte[] two = Cbor.encode(2L);

    assertThat(Cbor.encode(2)).isEqualTo(two);
    assertThat(Cbor.encode(2.0)).isEqualTo(two);
    assertThat(Cbor.encode(2.0f)).isEqualTo(two);
    assertThat(Cbor.encode(new BigDecimal("2.00"))).isEqualTo(two);
    assertThat(Cbor.encode(-0.0)).isEqualTo(Cbor.encode(0L));
  }

  @Test
  void numbersBeyondSixtyFourBits_areFloatingPoint() {
    HexFormat hex = HexFormat.of();

    assertThat(hex.formatHex(Cbor.encode(0x1p63))).isEqualTo("1b8000000000000000");
    assertThat(hex.formatHex(Cbor.encode(0x1p64))).isEqualTo("fa5f800000");
    assertThat(hex.formatHex(Cbor.encode(-0x1p63))).isEqualTo("3b7fffffffffffffff");
    assertThat(hex.formatHex(Cbor.encode(-0x1p64))).isEqualTo("fadf800000");
  }

  @Test
  void names_areInTheOrderOfTheirEncodings() {
    assertThat(HexFormat.of().formatHex(Cbor.encode(Map.of("aa", 2, "z", 1, "b", 3))))
        .isEqualTo("a3" + "616203" + "617a01" + "62616102");
  }

  @Test
  void textHead_isTheBeginningOfAnEncodedText() {
    for (int length : new int[] {0, 23, 24, 255, 256, 65_535, 65_536, 70_000}) {
      byte[] encoded = Cbor.encode("x".repeat(length));
      byte[] head = Arrays.copyOf(encoded, Cbor.headSize(length));
      long packed = 0;
      for (int i = 0; i < head.length; i++) {
        packed |= (head[i] & 0xffL) << 8 * i;
      }
      assertThat(encoded).hasSize(length + head.length);
      assertThat(Cbor.textHead(length)).isEqualTo(packed);
    }
  }
}
