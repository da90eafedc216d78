// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A file in the format of {@link Properties} that keeps the number of each line. */
final class PropertiesText {

  /** One entry and the line on which it begins. */
  record Line(String key, String value, int number) {}

  private PropertiesText() {}

  /**
   * Splits a text into logical lines and lets {@link Properties} read each of them, so that escapes
   * mean here what they mean there.
   *
   * @throws IllegalArgumentException with the line number, on a malformed unicode escape
   */
  static List<Line> parse(String text) {
    List<Line> entries = new ArrayList<>();
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      int first = i;
      if (isComment(lines[i])) {
        continue;
      }
      StringBuilder logical = new StringBuilder(lines[i]);
      while (isContinued(lines[i]) && i + 1 < lines.length) {
        i++;
        logical.append('\n').append(lines[i]);
      }
      read(logical.toString(), first + 1, entries);
    }
    return entries;
  }

  private static void read(String logicalLine, int number, List<Line> into) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(logicalLine));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    for (String key : properties.stringPropertyNames()) {
      into.add(new Line(key, properties.getProperty(key, ""), number));
    }
  }

  private static boolean isComment(String line) {
    String start = line.stripLeading();
    return start.startsWith("#") || start.startsWith("!");
  }

  private static boolean isContinued(String line) {
    int backslashes = 0;
    for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
