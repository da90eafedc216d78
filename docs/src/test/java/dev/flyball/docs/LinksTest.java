// SPDX-License-Identifier: Apache-2.0
package dev.flyball.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flyball.docs.Pages.Block;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links between pages and files lead somewhere, and commands are those that CI runs. */
class LinksTest {

  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#|mailto:)([^)#]+)[^)]*\\)");

  @Test
  void links_leadToFiles() {
    List<Path> targets = new ArrayList<>();
    for (Path page : Pages.all()) {
      Matcher link = LINK.matcher(Pages.read(page));
      while (link.find()) {
        targets.add(page.resolveSibling(link.group(1)).normalize());
      }
    }
    assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(target).exists());
  }

  @Test
  void commands_areThoseThatCiRuns() {
    assertThat(Pages.blocks("sh"))
        .isNotEmpty()
        .extracting(Block::text)
        .containsOnly(
            "mvn -q -Pquickstart\n",
            "mvn -q -Pservlet-example\n",
            "mvn -q -Pauth-example\n",
            "mvn verify\n");
    assertThat(Pages.read(Pages.PROJECT.resolve(".ci/run"))).contains(" mvn verify ");
    assertThat(Pages.read(Pages.PROJECT.resolve(".ci/quickstart")))
        .contains("\nmvn -q -Pquickstart ");
  }
}
