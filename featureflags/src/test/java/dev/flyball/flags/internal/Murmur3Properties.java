// SPDX-License-Identifier: Apache-2.0
package dev.flyball.flags.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Murmur3Properties {

  private static final HashFunction GUAVA = Hashing.murmur3_32_fixed(0);

  @Property
  void hash_isThatOfGuavaWhereverTheTextIsCut(@ForAll String before, @ForAll String text) {
    byte[] a = before.getBytes(StandardCharsets.UTF_8);
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    int expected = GUAVA.newHasher().putBytes(a).putBytes(b).hash().asInt();
    assertThat(Murmur3.START.then(before).finish(text)).isEqualTo(expected);
    assertThat(Murmur3.START.then(before).then(text).finish()).isEqualTo(expected);
    assertThat(Murmur3.utf8Length(text)).isEqualTo(b.length);
  }

  @Property
  void cborHash_isThatOfTheEncodedText(@ForAll String before, @ForAll String text) {
    byte[] a = before.getBytes(StandardCharsets.UTF_8);
    int expected = GUAVA.newHasher().putBytes(a).putBytes(Cbor.encode(text)).hash().asInt();
    assertThat(Murmur3.START.then(before).finishCbor(text)).isEqualTo(expected);
  }
}
