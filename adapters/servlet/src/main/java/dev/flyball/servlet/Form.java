// SPDX-License-Identifier: Apache-2.0
package dev.flyball.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The parameters of a form in the body. The container would read it past the limit of the call, so
 * it is read here, and the container is asked for those of the query alone.
 */
final class Form {

  private static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

  private Form() {}

  static boolean isIn(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null
        && request.getMethod().equals("POST")
        && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE);
  }

  /**
   * The parameters of query and body, those of the query first.
   *
   * @throws IllegalArgumentException if an escape in the body is malformed
   */
  static Map<String, String[]> read(ServletRequest request, InputStream body) throws IOException {
    String encoding = request.getCharacterEncoding();
    Charset charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    String text = new String(body.readAllBytes(), charset);
    Map<String, List<String>> all = new LinkedHashMap<>();
    request
        .getParameterMap()
        .forEach((name, values) -> all.put(name, new ArrayList<>(List.of(values))));
    for (String pair : text.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        all.computeIfAbsent(URLDecoder.decode(name, charset), unused -> new ArrayList<>())
            .add(URLDecoder.decode(value, charset));
      }
    }
    Map<String, String[]> parameters = new LinkedHashMap<>();
    all.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
    return parameters;
  }
}
