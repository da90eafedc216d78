// SPDX-License-Identifier: Apache-2.0
package dev.flyball.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages of the project, and the code in them. */
final class Pages {

  /** The folder of the project: tests run in that of the module. */
  static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  /** A block of code in a page. */
  record Block(String page, int number, String language, String text) {

    @Override
    public String toString() {
      return page + " block " + number + " (" + language + ")";
    }
  }

  private static final Pattern FENCE =
      Pattern.compile("^```([a-z]*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private Pages() {}

  /** Every page that people read. */
  static List<Path> all() {
    List<Path> pages = new ArrayList<>();
    for (String folder :
        List.of(".", "docs", "examples/quickstart", "examples/servlet", "examples/auth")) {
      try (Stream<Path> files = Files.list(PROJECT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return pages;
  }

  /** The blocks of a language, in all pages. */
  static List<Block> blocks(String language) {
    List<Block> blocks = new ArrayList<>();
    for (Path page : all()) {
      Matcher matcher = FENCE.matcher(read(page));
      for (int number = 1; matcher.find(); number++) {
        if (matcher.group(1).equals(language)) {
          String name = PROJECT.relativize(page.normalize()).toString();
          blocks.add(new Block(name, number, language, matcher.group(2)));
        }
      }
    }
    return blocks;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
