// SPDX-License-Identifier: Apache-2.0
package dev.flyball.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.Governor;
import dev.flyball.docs.Pages.Block;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every snippet in the pages compiles, or is accepted by what would read it. */
class SnippetsTest {

  private static final Pattern TYPE =
      Pattern.compile(
          "^\\s*(?:@\\w+(?:\\([^)]*\\))?\\s+)*(?:public |final |static )*(?:class|interface|record|enum) ",
          Pattern.MULTILINE);

  private static final Pattern ARTIFACT =
      Pattern.compile(
          "<groupId>dev\\.flyball</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*"
              + "<version>([^<]+)</version>");

  private static final String IMPORTS =
      """
      import dev.flyball.*;
      import dev.flyball.annotation.*;
      import dev.flyball.auth.*;
      import dev.flyball.flags.*;
      import dev.flyball.httpclient.*;
      import dev.flyball.issuer.*;
      import dev.flyball.jdkhttp.*;
      import dev.flyball.observability.*;
      import dev.flyball.settings.*;
      import dev.flyball.testkit.*;
      import dev.flyball.testkit.contract.*;
      import dev.flyball.testkit.hostile.*;
      import java.net.URI;
      import java.net.http.*;
      import java.time.*;
      import java.util.*;
      import org.junit.jupiter.api.*;
      import org.junit.jupiter.api.extension.*;
      import static org.assertj.core.api.Assertions.assertThat;
      """;

  static Stream<Block> javaBlocks() {
    return Pages.blocks("java").stream();
  }

  static Stream<Block> propertiesBlocks() {
    return Pages.blocks("properties").stream();
  }

  @ParameterizedTest
  @MethodSource("javaBlocks")
  void javaSnippet_compiles(Block block) {
    String name = "Snippet";
    boolean declares = TYPE.matcher(block.text()).find();
    String body =
        declares
            ? "class " + name + " {\n" + block.text() + "\n}"
            : "class " + name + " {\nvoid run() throws Exception {\n" + block.text() + "\n}\n}";
    assertThat(compile(name, IMPORTS + body)).as("%s", block).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("propertiesBlocks")
  void propertiesSnippet_isAccepted(Block block, @TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("flyball.properties"), block.text());
    try (Governor governor =
        Governor.builder()
            .directory(folder)
            .settings(settings -> settings.environment(Map.of()).systemProperties(Map.of()))
            .build()) {
      assertThat(governor.settings().problems()).as("%s", block).isEmpty();
    }
  }

  static Stream<Block> xmlBlocks() {
    return Pages.blocks("xml").stream();
  }

  @ParameterizedTest
  @MethodSource("xmlBlocks")
  void dependencySnippet_namesWhatTheProjectBuilds(Block block) {
    Matcher artifact = ARTIFACT.matcher(block.text());
    assertThat(artifact.find()).as("%s", block).isTrue();
    String bom = Pages.read(Pages.PROJECT.resolve("tooling/bom/pom.xml"));
    assertThat(bom).contains("<artifactId>" + artifact.group(1) + "</artifactId>");
    assertThat(Pages.read(Pages.PROJECT.resolve("pom.xml")))
        .contains("<revision>" + artifact.group(2) + "</revision>");
  }

  private static String compile(String name, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "-proc:none",
            "-parameters",
            "-d",
            "target",
            "-classpath",
            System.getProperty("java.class.path"));
    boolean compiles = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    return compiles ? "" : messages + "\n" + source;
  }
}
