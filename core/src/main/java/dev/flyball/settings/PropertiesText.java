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
    int number = 1;
    int position = 0;
    while (position < text.length()) {
      int start = position;
      int first = number;
      boolean continued = !isComment(text, start);
      do {
        int end = lineEnd(text, position);
        continued = continued && isContinued(text, position, end);
        position = next(text, end);
        number++;
      } while (continued && position < text.length());
      read(text.substring(start, position), first, entries);
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

  /** Blank, tab and form feed are all that {@link Properties} passes over before a key. */
  private static boolean isComment(String text, int start) {
    int first = start;
    while (first < text.length() && " \t\f".indexOf(text.charAt(first)) >= 0) {
      first++;
    }
    return text.startsWith("#", first) || text.startsWith("!", first);
  }

  private static boolean isContinued(String text, int start, int end) {
    int backslashes = 0;
    for (int i = end - 1; i >= start && text.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static int lineEnd(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  private static int next(String text, int lineEnd) {
    return Math.min(text.length(), lineEnd + (text.startsWith("\r\n", lineEnd) ? 2 : 1));
  }
}
