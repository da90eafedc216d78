// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SettingsReferenceTest {

  private static final List<Setting<?>> SETTINGS =
      List.of(
          Setting.duration("flyball.test.wait")
              .doc("Waits; \"quoted\" | piped.")
              .defaultValue(Duration.ofSeconds(2))
              .reloadable()
              .build(),
          Setting.string("flyball.test.<name>.secret").doc("Hush.").secret().required().build(),
          Setting.integer("flyball.test.old").doc("Old.").replacedBy("flyball.test.wait").build());

  @Test
  void table_hasARowPerKeyInOrder() {
    assertThat(SettingsReference.markdown(SETTINGS))
        .isEqualTo(
            "| key | type | default | meaning |\n"
                + "|---|---|---|---|\n"
                + "| `flyball.test.<name>.secret` | string |  | Hush. Expected: a text. Required."
                + " Secret: `flyball.test.<name>.secret.file` reads it from a file. |\n"
                + "| `flyball.test.old` | integer |  | Old. Expected: a whole number. Deprecated:"
                + " use `flyball.test.wait`. |\n"
                + "| `flyball.test.wait` | duration | `2s` | Waits; \"quoted\" \\| piped. Expected:"
                + " a duration such as 250ms, 2s, 5m or 1h. Reloadable. |\n");
  }

  @Test
  void table_holdsWhateverTextsAreDeclared() {
    List<Setting<?>> settings =
        List.of(
            Setting.string("flyball.test.a").doc("One\nline.").defaultValue("x|y").build(),
            Setting.list("flyball.test.b").doc("B.").defaultValue(List.of()).build());

    assertThat(SettingsReference.markdown(settings).lines().skip(2))
        .containsExactly(
            "| `flyball.test.a` | string | `x\\|y` | One line. Expected: a text. |",
            "| `flyball.test.b` | list |  | B. Expected: texts with commas between them. |");
  }

  @Test
  void editorMetadata_isJsonWithEveryKey() {
    JsonNode properties =
        JsonMapper.shared().readTree(SettingsReference.editorMetadata(SETTINGS)).get("properties");

    assertThat(properties.size()).isEqualTo(3);
    assertThat(properties.get(0).get("name").asString()).isEqualTo("flyball.test.*.secret");
    assertThat(properties.get(1).get("deprecation").get("replacement").asString())
        .isEqualTo("flyball.test.wait");
    JsonNode wait = properties.get(2);
    assertThat(wait.get("type").asString()).isEqualTo("java.time.Duration");
    assertThat(wait.get("description").asString()).isEqualTo("Waits; \"quoted\" | piped.");
    assertThat(wait.get("defaultValue").asString()).isEqualTo("2s");
  }

  @Test
  void editorMetadataOfNothing_isJsonToo() {
    assertThat(JsonMapper.shared().readTree(SettingsReference.editorMetadata(List.of())).size())
        .isEqualTo(1);
  }
}
