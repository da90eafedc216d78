// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The deterministic encoding of RFC 8949, section 4.2.1, of what a context can hold; numbers
 * without a fraction are integers however they were written.
 */
final class Cbor {

  private static final int UNSIGNED = 0x00;
  private static final int NEGATIVE = 0x20;
  private static final int TEXT = 0x60;
  private static final int ARRAY = 0x80;
  private static final int MAP = 0xa0;
  private static final int FALSE = 0xf4;
  private static final int TRUE = 0xf5;
  private static final int NULL = 0xf6;
  private static final int HALF = 0xf9;
  private static final int SINGLE = 0xfa;
  private static final int DOUBLE = 0xfb;
  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final int QUIET_NAN = 0x7e00;
  private static final int NO_HALF = -1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Cbor() {}

  static byte[] encode(@Nullable Object value) {
    Cbor cbor = new Cbor();
    cbor.write(value);
    return cbor.out.toByteArray();
  }

  /** What stands before the items of an array. */
  static byte[] arrayHead(int items) {
    Cbor cbor = new Cbor();
    cbor.head(ARRAY, items);
    return cbor.out.toByteArray();
  }

  /** What stands before a text, the first byte lowest. */
  static long textHead(int length) {
    return switch (headSize(length)) {
      case 1 -> TEXT | length;
      case 2 -> TEXT | 24 | (long) length << 8;
      case 3 -> TEXT | 25 | (long) (Short.reverseBytes((short) length) & 0xffff) << 8;
      default -> TEXT | 26 | (Integer.reverseBytes(length) & 0xffffffffL) << 8;
    };
  }

  /** How many bytes stand before a text. */
  static int headSize(int length) {
    return length < 24 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
  }

  private void write(@Nullable Object value) {
    if (value == null) {
      out.write(NULL);
    } else if (value instanceof Boolean truth) {
      out.write(truth ? TRUE : FALSE);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Collection<?> list) {
      head(ARRAY, list.size());
      list.forEach(this::write);
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else {
      text(value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void map(Map<?, ?> map) {
    TreeMap<byte[], Object> sorted = new TreeMap<>(Arrays::compareUnsigned);
    map.forEach((name, value) -> sorted.put(encode(String.valueOf(name)), encode(value)));
    head(MAP, sorted.size());
    sorted.forEach((name, value) -> {
      out.writeBytes(name);
      out.writeBytes((byte[]) value);
    });
  }

  private void text(byte[] utf8) {
    head(TEXT, utf8.length);
    out.writeBytes(utf8);
  }

  private void number(Number number) {
    if (number instanceof Long || number instanceof Integer || number instanceof Short) {
      integer(number.longValue());
      return;
    }
    double value = number.doubleValue();
    if (value != Math.rint(value) || Double.isInfinite(value)) {
      real(value);
      return;
    }
    BigInteger whole =
        number instanceof BigInteger big ? big : new BigDecimal(value).toBigIntegerExact();
    if (whole.compareTo(LEAST) < 0 || whole.compareTo(MOST) > 0) {
      real(value);
    } else if (whole.signum() < 0) {
      integer(whole.longValue());
    } else {
      head(UNSIGNED, whole.longValue());
    }
  }

  private void integer(long value) {
    head(value < 0 ? NEGATIVE : UNSIGNED, value < 0 ? ~value : value);
  }

  /** A kind and a number, unsigned, in as few bytes as it needs. */
  private void head(int kind, long number) {
    if (Long.compareUnsigned(number, 24) < 0) {
      out.write(kind | (int) number);
    } else if (Long.compareUnsigned(number, 0x100) < 0) {
      fixed(kind | 24, number, 1);
    } else if (Long.compareUnsigned(number, 0x10000) < 0) {
      fixed(kind | 25, number, 2);
    } else if (Long.compareUnsigned(number, 0x100000000L) < 0) {
      fixed(kind | 26, number, 4);
    } else {
      fixed(kind | 27, number, 8);
    }
  }

  /** The shortest of the three floating-point formats that holds the value exactly. */
  private void real(double value) {
    float single = (float) value;
    if (Double.isNaN(value)) {
      fixed(HALF, QUIET_NAN, 2);
    } else if (single != value) {
      fixed(DOUBLE, Double.doubleToRawLongBits(value), 8);
    } else if (half(single) == NO_HALF) {
      fixed(SINGLE, Float.floatToRawIntBits(single), 4);
    } else {
      fixed(HALF, half(single), 2);
    }
  }

  /** The bits of the half precision format, if it holds the value exactly. */
  private static int half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int exponent = (bits >>> 23 & 0xff) - 127;
    int fraction = bits & 0x7fffff;
    if (exponent == 128) {
      return sign | 0x7c00;
    }
    if (exponent >= -14 && exponent <= 15 && (fraction & 0x1fff) == 0) {
      return sign | (exponent + 15) << 10 | fraction >>> 13;
    }
    int dropped = -exponent - 1;
    int significand = fraction | 0x800000;
    boolean isSubnormal = exponent >= -24 && exponent < -14;
    if (isSubnormal && (significand & ((1 << dropped) - 1)) == 0) {
      return sign | significand >>> dropped;
    }
    return NO_HALF;
  }

  private void fixed(int first, long number, int bytes) {
    out.write(first);
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
      out.write((int) (number >>> shift));
    }
  }
}
