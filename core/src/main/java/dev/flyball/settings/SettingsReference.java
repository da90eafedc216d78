// SPDX-License-Identifier: Apache-2.0
package dev.flyball.settings;

import dev.flyball.json.JsonWriter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What is generated from declarations: the table for people and the metadata for editors.
 *
 * <p>Thread-safe: no state.
 */
public final class SettingsReference {

  private SettingsReference() {}

  /**
   * A table in Markdown, one row per key in alphabetical order.
   *
   * @param settings declarations
   * @return the table, with a line feed at its end
   */
  public static String markdown(Collection<? extends Setting<?>> settings) {
    StringBuilder table =
        new StringBuilder("| key | type | default | meaning |\n|---|---|---|---|\n");
    for (Setting<?> setting : sorted(settings)) {
      table.append("| `").append(setting.key()).append("` | ").append(setting.type());
      table.append(" | ").append(cell(byDefault(setting))).append(" | ");
      table.append(cell(meaning(setting))).append(" |\n");
    }
    return table.toString();
  }

  private static String byDefault(Setting<?> setting) {
    String text = setting.defaultText();
    return text == null || text.isEmpty() ? "" : "`" + text + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\R", " ");
  }

  /**
   * Metadata in the format of {@code META-INF/spring-configuration-metadata.json}, which editors
   * read for completion, one property per line.
   *
   * @param settings declarations
   * @return JSON with a line feed at its end
   */
  public static String editorMetadata(Collection<? extends Setting<?>> settings) {
    StringBuilder json = new StringBuilder("{\"properties\":[\n");
    List<? extends Setting<?>> sorted = sorted(settings);
    for (int i = 0; i < sorted.size(); i++) {
      json.append(property(sorted.get(i))).append(i + 1 < sorted.size() ? ",\n" : "\n");
    }
    return json.append("]}\n").toString();
  }

  private static String property(Setting<?> setting) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("name").value(setting.key().replace(Setting.NAME, "*"));
    json.name("type").value(setting.javaType());
    json.name("description").value(setting.doc());
    String byDefault = setting.defaultText();
    if (byDefault != null) {
      json.name("defaultValue").value(byDefault);
    }
    String replacement = setting.replacedBy();
    if (replacement != null) {
      json.name("deprecation").beginObject().name("replacement").value(replacement).endObject();
    }
    return json.endObject().toString();
  }

  private static String meaning(Setting<?> setting) {
    StringBuilder meaning = new StringBuilder(setting.doc());
    meaning.append(" Expected: ").append(setting.expected()).append('.');
    if (setting.required()) {
      meaning.append(" Required.");
    }
    if (setting.secret()) {
      meaning.append(" Secret: `").append(setting.key()).append(".file` reads it from a file.");
    }
    if (setting.reloadable()) {
      meaning.append(" Reloadable.");
    }
    String replacement = setting.replacedBy();
    if (replacement != null) {
      meaning.append(" Deprecated: use `").append(replacement).append("`.");
    }
    return meaning.toString();
  }

  private static List<? extends Setting<?>> sorted(Collection<? extends Setting<?>> settings) {
    return settings.stream().sorted(Comparator.comparing(Setting::key)).toList();
  }
}
