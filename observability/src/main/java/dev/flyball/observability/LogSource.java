// SPDX-License-Identifier: Apache-2.0
package dev.flyball.observability;

import dev.flyball.Principal;
import dev.flyball.ServiceIdentity;
import dev.flyball.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a governor gives to the lines of its service: who writes them, and by which name a caller is
 * known in them.
 */
final class LogSource {

  /** That of lines written before a governor is there. */
  static final LogSource NONE = new LogSource(null, null);

  private final byte[] service;
  private final byte[] dataset;
  private final long serviceFields;
  private final @Nullable Pseudonyms pseudonyms;

  LogSource(@Nullable ServiceIdentity identity, @Nullable Pseudonyms pseudonyms) {
    this.pseudonyms = pseudonyms;
    if (identity == null) {
      service = new byte[0];
      dataset = new byte[0];
      serviceFields = 0;
    } else {
      service = service(identity);
      dataset = members(Field.DATASET, identity.name());
      serviceFields = fields(identity);
    }
  }

  private static byte[] service(ServiceIdentity identity) {
    StringBuilder members = new StringBuilder();
    append(members, Field.SERVICE_NAME, identity.name());
    append(members, Field.SERVICE_VERSION, identity.version());
    append(members, Field.SERVICE_ENVIRONMENT, identity.environment());
    return members.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] members(Field field, String value) {
    StringBuilder members = new StringBuilder();
    append(members, field, value);
    return members.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder members, Field field, @Nullable String value) {
    if (value != null) {
      JsonWriter json = new JsonWriter();
      json.valueWithin(value, Limits.WORD);
      members.append(members.isEmpty() ? "" : ",").append('"').append(field.key).append("\":");
      members.append(json);
    }
  }

  private static long fields(ServiceIdentity identity) {
    return Field.SERVICE_NAME.bit()
        | (identity.version() == null ? 0 : Field.SERVICE_VERSION.bit())
        | (identity.environment() == null ? 0 : Field.SERVICE_ENVIRONMENT.bit());
  }

  /** The members that name the service, with their commas. */
  byte[] service() {
    return service;
  }

  /** The fields in {@link #service()}. */
  long serviceFields() {
    return serviceFields;
  }

  /** The member that names the stream of the service's statements. */
  byte[] dataset() {
    return dataset;
  }

  /** The name of a caller; null where there is none to give. */
  @Nullable String pseudonym(@Nullable Principal principal) {
    return principal == null || pseudonyms == null
        ? null
        : Objects.requireNonNull(pseudonyms).of(principal);
  }
}
