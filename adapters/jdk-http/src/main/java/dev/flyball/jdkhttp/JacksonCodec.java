// SPDX-License-Identifier: Apache-2.0
package dev.flyball.jdkhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.json.JsonMapper;

/** Bodies as JSON, through Jackson 3. */
final class JacksonCodec implements BodyCodec {

  private final JsonMapper mapper = JsonMapper.builder().build();

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public boolean reads(String contentType) {
    return contentType
        .toLowerCase(Locale.ROOT)
        .matches("application/(?:[a-z0-9.+-]+\\+)?json\\s*(?:;.*)?");
  }

  @Override
  public @Nullable Object read(InputStream body, Type type) throws MalformedBody, IOException {
    PushbackInputStream content = new PushbackInputStream(body);
    int first = content.read();
    if (first < 0) {
      throw new MalformedBody("the body is empty (expected: JSON)");
    }
    content.unread(first);
    try {
      return mapper.readValue(content, mapper.constructType(type));
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (StreamReadException e) {
      throw new MalformedBody("the body is not valid JSON" + at(e.getLocation()));
    } catch (StreamConstraintsException e) {
      throw new MalformedBody("the body holds more than JSON may here" + at(e.getLocation()));
    } catch (DatabindException e) {
      throw new MalformedBody("the body does not fit" + at(e));
    }
  }

  @Override
  public byte[] write(Object object) throws IOException {
    try {
      return mapper.writeValueAsBytes(object);
    } catch (JacksonException e) {
      throw new IOException("the answer cannot be written as JSON", e);
    }
  }

  private static String at(@Nullable TokenStreamLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String at(DatabindException e) {
    String path =
        e.getPath().stream()
            .map(step ->
                step.getPropertyName() != null
                    ? "." + step.getPropertyName()
                    : "[" + step.getIndex() + "]")
            .collect(Collectors.joining());
    String member = path.startsWith(".") ? path.substring(1) : path;
    return member.isEmpty() ? at(e.getLocation()) : " at " + member + at(e.getLocation());
  }
}
