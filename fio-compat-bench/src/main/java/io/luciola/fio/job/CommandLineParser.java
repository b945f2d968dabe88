package io.luciola.fio.job;

import io.luciola.fio.job.Invocation.Action;
import io.luciola.fio.job.Invocation.Eta;
import io.luciola.fio.job.Invocation.Format;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads fio's command line: options of the command, options of jobs ({@code --name} starts one,
 * those before the first hold for all), and job files.
 */
public final class CommandLineParser {

  private final OptionParser options;
  private final Deque<String> rest = new ArrayDeque<>();

  private Action action = Action.RUN;
  private @Nullable String topic;
  private final Set<Format> formats = EnumSet.noneOf(Format.class);
  private @Nullable String outputFile;
  private Eta eta = Eta.AUTO;
  private boolean readOnly;
  private final Set<String> onlySections = new HashSet<>();
  private final List<OptionValue> defaults = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private final List<String> jobFiles = new ArrayList<>();
  private @Nullable List<OptionValue> current;

  private CommandLineParser(Set<String> engineOptions, List<String> arguments) {
    options = new OptionParser(engineOptions);
    rest.addAll(arguments);
  }

  /**
   * Reads a command line.
   *
   * @param engineOptions keys that only engines know
   * @throws JobException naming the argument that is wrong
   */
  public static Invocation parse(Set<String> engineOptions, List<String> arguments) {
    return new CommandLineParser(engineOptions, arguments).parse();
  }

  private Invocation parse() {
    while (!rest.isEmpty()) {
      argument(rest.removeFirst());
    }
    return new Invocation(
        action,
        topic,
        formats.isEmpty() ? EnumSet.of(Format.NORMAL) : formats,
        outputFile,
        eta,
        onlySections,
        readOnly,
        List.copyOf(defaults),
        List.copyOf(sections),
        List.copyOf(jobFiles));
  }

  private void argument(String argument) {
    if (!argument.startsWith("-") || argument.equals("-")) {
      jobFiles.add(argument);
      return;
    }
    String body = argument.substring(argument.startsWith("--") ? 2 : 1);
    int equals = body.indexOf('=');
    String key = equals < 0 ? body : body.substring(0, equals);
    String value = equals < 0 ? null : body.substring(equals + 1);
    if (!command(argument, key, value)) {
      job(argument, key, value);
    }
  }

  /** Options of the command itself; false when it is none of them. */
  private boolean command(String argument, String key, @Nullable String value) {
    switch (key) {
      case "version", "v" -> action = Action.VERSION;
      case "help", "h" -> action = Action.HELP;
      case "parse-only" -> action = Action.PARSE_ONLY;
      case "cmdhelp" -> help(Action.COMMAND_HELP, value);
      case "enghelp" -> help(Action.ENGINE_HELP, value);
      case "output" -> outputFile = required(argument, value);
      case "output-format" -> formats(required(argument, value));
      case "eta" -> eta = eta(required(argument, value));
      case "eta-newline" -> required(argument, value);
      case "section" -> onlySections.add(required(argument, value));
      case "readonly" -> readOnly = true;
      case "minimal", "terse-version" -> throw wrong("terse output is not supported: " + argument);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void help(Action what, @Nullable String about) {
    action = what;
    topic = "all".equals(about) ? null : about;
  }

  private void formats(String list) {
    for (String name : list.split(",", -1)) {
      formats.add(
          switch (name) {
            case "normal" -> Format.NORMAL;
            case "json" -> Format.JSON;
            case "json+" -> Format.JSON_PLUS;
            case "terse" -> throw wrong("output format terse is not supported");
            default ->
                throw wrong("invalid output format " + name + "; there are normal, json, json+");
          });
    }
  }

  private static Eta eta(String when) {
    return switch (when) {
      case "auto" -> Eta.AUTO;
      case "always" -> Eta.ALWAYS;
      case "never" -> Eta.NEVER;
      default -> throw wrong("--eta is always, never or auto, not " + when);
    };
  }

  private void job(String argument, String key, @Nullable String written) {
    if (!options.isKnown(key)) {
      throw wrong(
          "unrecognized option '"
              + argument
              + "'"
              + OptionCatalog.similar(key)
                  .map(known -> "\nDid you mean " + known + "?")
                  .orElse(""));
    }
    String value = written;
    if (value == null && !options.isBare(key) && !rest.isEmpty()) {
      value = rest.removeFirst();
    }
    if (key.equals("name")) {
      startSection(required(argument, value));
      return;
    }
    (current == null ? defaults : current).add(options.parse(key, value, Origin.COMMAND_LINE));
  }

  private void startSection(String name) {
    if (name.equals("global")) {
      current = defaults;
      return;
    }
    List<OptionValue> own = new ArrayList<>();
    own.add(new OptionValue("name", name, Origin.COMMAND_LINE));
    sections.add(new Section(name, List.copyOf(defaults), own, Origin.COMMAND_LINE, false));
    current = own;
  }

  private String required(String argument, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      return value;
    }
    if (value == null && !rest.isEmpty()) {
      return rest.removeFirst();
    }
    throw wrong("option '" + argument + "' requires an argument");
  }

  private static JobException wrong(String what) {
    return new JobException(Origin.COMMAND_LINE, what);
  }
}
