package io.luciola.fio.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads fio's job files: sections in brackets, {@code key=value} or bare keys, {@code [global]}
 * sections whose options hold for the sections below, comments from ';' or '#' to the end of the
 * line, {@code ${NAME}} for environment variables in values.
 */
public final class JobFileParser {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

  private final OptionParser options;
  private final UnaryOperator<@Nullable String> environment;

  /**
   * Made once per invocation.
   *
   * @param engineOptions keys that only engines know
   * @param environment the environment variables; null for one that is not set
   */
  public JobFileParser(Set<String> engineOptions, UnaryOperator<@Nullable String> environment) {
    this.options = new OptionParser(engineOptions);
    this.environment = environment;
  }

  /**
   * Reads the text of one job file.
   *
   * @param source the file's name for messages
   * @param defaults options in force before the file, from the command line
   * @param waitsForPrevious whether its first job waits for the jobs before
   * @throws JobException naming file, line and what is wrong
   */
  public List<Section> parse(
      String source, String text, List<OptionValue> defaults, boolean waitsForPrevious) {
    List<Section> sections = new ArrayList<>();
    List<OptionValue> global = new ArrayList<>(defaults);
    List<OptionValue> current = null;
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      Origin origin = new Origin(source, ++number);
      String content = withoutComment(line);
      if (content.isEmpty()) {
        continue;
      }
      if (content.startsWith("[")) {
        String name = sectionName(content, origin);
        if (name.equals("global")) {
          current = global;
        } else {
          current = new ArrayList<>();
          sections.add(
              new Section(
                  name,
                  List.copyOf(global),
                  current,
                  origin,
                  waitsForPrevious && sections.isEmpty()));
        }
      } else if (current == null) {
        throw new JobException(origin, "option <" + content + "> outside of [] job section");
      } else {
        current.add(option(content, origin));
      }
    }
    return sections;
  }

  private OptionValue option(String content, Origin origin) {
    int equals = content.indexOf('=');
    if (equals < 0) {
      if (content.startsWith("include ")) {
        throw new JobException(origin, "include is not supported here");
      }
      return options.parse(content, null, origin);
    }
    String value = expand(content.substring(equals + 1).strip());
    return options.parse(content.substring(0, equals).strip(), value, origin);
  }

  private String expand(String value) {
    Matcher matcher = VARIABLE.matcher(value);
    return matcher.replaceAll(
        match -> {
          String set = environment.apply(match.group(1));
          return set == null ? "" : Matcher.quoteReplacement(set);
        });
  }

  private static String withoutComment(String line) {
    int end = line.length();
    for (char mark : new char[] {';', '#'}) {
      int at = line.indexOf(mark);
      if (at >= 0 && at < end) {
        end = at;
      }
    }
    return line.substring(0, end).strip();
  }

  private static String sectionName(String content, Origin origin) {
    if (!content.endsWith("]") || content.length() < 3) {
      throw new JobException(origin, "section header <" + content + "> is not of the form [name]");
    }
    return content.substring(1, content.length() - 1);
  }
}
