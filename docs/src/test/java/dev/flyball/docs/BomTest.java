// SPDX-License-Identifier: Apache-2.0
package dev.flyball.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The BOM names every module that is published, and nothing else. */
class BomTest {

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern OWN_ARTIFACT =
      Pattern.compile("</parent>\\s*<artifactId>([^<]+)</artifactId>");
  private static final Pattern MANAGED =
      Pattern.compile(
          "<groupId>dev.flyball</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>");

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<groupId>dev.flyball</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*</dependency>");

  @Test
  void bom_namesEveryPublishedModule() {
    List<String> published = new ArrayList<>();
    for (String module : all(MODULE, Pages.read(Pages.PROJECT.resolve("pom.xml")))) {
      String pom = Pages.read(Pages.PROJECT.resolve(module).resolve("pom.xml"));
      if (!pom.contains("<maven.deploy.skip>true") && !pom.contains("<packaging>pom")) {
        published.addAll(all(OWN_ARTIFACT, pom));
      }
    }
    assertThat(published).isNotEmpty();
    assertThat(managed()).containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void moduleInWhichAllAreChecked_dependsOnAll() {
    String everything = Pages.read(Pages.PROJECT.resolve("tooling/everything/pom.xml"));
    assertThat(all(DEPENDENCY, everything)).containsExactlyElementsOf(managed());
  }

  private static List<String> managed() {
    String bom = Pages.read(Pages.PROJECT.resolve("tooling/bom/pom.xml"));
    return all(MANAGED, bom.substring(bom.indexOf("<dependencyManagement>")));
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
