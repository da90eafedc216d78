// SPDX-License-Identifier: Apache-2.0
package dev.flyball.issuer;

import java.util.Arrays;

/** Makes a token as long as wanted, with a claim that says nothing. */
final class Padding {

  private static final String CLAIM = "padding";

  private Padding() {}

  /**
   * A token of exactly so many bytes.
   *
   * <p>No text has a Base64 form of length 4n + 1. Where the payload would need one, blanks behind
   * the header take up the difference.
   */
  static String sign(Draft draft, int size) {
    byte[] payload = draft.withClaim(CLAIM, "").payloadText();
    for (int blanks = 0; blanks <= 1; blanks++) {
      byte[] header = blankBehind(draft.headerText(), blanks);
      int room = size - draft.sign(header, new byte[0]).length();
      int bytes = room * 3 / 4;
      if (room % 4 != 1 && bytes >= payload.length) {
        String filler = "x".repeat(bytes - payload.length);
        return draft.sign(header, draft.withClaim(CLAIM, filler).payloadText());
      }
    }
    throw new IllegalArgumentException(
        "size "
            + size
            + " (expected: room for a token of "
            + draft.sign().length()
            + " bytes and its padding)");
  }

  private static byte[] blankBehind(byte[] text, int blanks) {
    byte[] longer = Arrays.copyOf(text, text.length + blanks);
    Arrays.fill(longer, text.length, longer.length, (byte) ' ');
    return longer;
  }
}
