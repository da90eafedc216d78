// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A command, its operands and its options, as they were typed. */
final class CommandLine {

  /** A command line that makes no sense. */
  static final class Misuse extends Exception {

    private static final long serialVersionUID = 1L;

    Misuse(String message) {
      super(message);
    }
  }

  /** The one option without a value. */
  private static final String SWITCH = "previous";

  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([dhms])");

  private final String command;
  private final List<String> operands = new ArrayList<>();
  private final Map<String, String> options = new LinkedHashMap<>();

  private CommandLine(String command) {
    this.command = command;
  }

  /**
   * Reads a command line.
   *
   * @param known the options by command
   */
  static CommandLine parse(List<String> arguments, Map<String, Set<String>> known) throws Misuse {
    String command = arguments.isEmpty() ? "" : arguments.get(0);
    Set<String> options = known.get(command);
    if (options == null) {
      throw new Misuse(
          "there is no command "
              + shown(command)
              + " (expected: one of "
              + new TreeSet<>(known.keySet())
              + ")");
    }
    CommandLine line = new CommandLine(command);
    line.read(arguments.subList(1, arguments.size()), options);
    return line;
  }

  private void read(List<String> arguments, Set<String> known) throws Misuse {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        operands.add(argument);
        continue;
      }
      String name = argument.substring(2);
      requireKnown(name, known);
      boolean isSwitch = name.equals(SWITCH);
      if (!isSwitch && (i + 1 == arguments.size() || arguments.get(i + 1).startsWith("--"))) {
        throw new Misuse("--" + name + " has no value");
      }
      if (options.put(name, isSwitch ? "" : arguments.get(++i)) != null) {
        throw new Misuse("--" + name + " is there twice");
      }
    }
  }

  private static void requireKnown(String name, Set<String> known) throws Misuse {
    if (!known.contains(name)) {
      throw new Misuse(
          "there is no option --"
              + shown(name)
              + " (expected: one of "
              + new TreeSet<>(known)
              + ")");
    }
  }

  String command() {
    return command;
  }

  String operand(int index) {
    return operands.get(index);
  }

  void requireOperands(int count) throws Misuse {
    if (operands.size() != count) {
      throw new Misuse(
          "there are " + operands.size() + " words beside the options (expected: " + count + ")");
    }
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  @Nullable String option(String option) {
    return options.get(option);
  }

  String required(String option) throws Misuse {
    String value = options.get(option);
    if (value == null) {
      throw new Misuse("--" + option + " is missing");
    }
    return value;
  }

  Set<String> names(String option) throws Misuse {
    return has(option) ? requiredNames(option) : Set.of();
  }

  Set<String> requiredNames(String option) throws Misuse {
    Set<String> names = new LinkedHashSet<>();
    for (String name : required(option).split(",", -1)) {
      if (name.isBlank()) {
        throw new Misuse("--" + option + " has an empty name in it");
      }
      names.add(name.strip());
    }
    return names;
  }

  Duration time(String option, Duration otherwise) throws Misuse {
    String text = options.get(option);
    if (text == null) {
      return otherwise;
    }
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new Misuse("--" + option + " is " + shown(text) + " (expected: such as 90d or 12h)");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "d" -> Duration.ofDays(count);
      case "h" -> Duration.ofHours(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofSeconds(count);
    };
  }

  private static String shown(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
