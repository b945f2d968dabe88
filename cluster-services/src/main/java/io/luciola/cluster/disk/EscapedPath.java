package io.luciola.cluster.disk;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Paths in the kernel's tables, where blanks and backslashes are three octal digits. */
final class EscapedPath {

  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");

  private EscapedPath() {}

  static String decode(String text) {
    return ESCAPE.matcher(text).replaceAll(EscapedPath::character);
  }

  private static String character(MatchResult escape) {
    char decoded = (char) Integer.parseInt(escape.group(1), 8);
    return java.util.regex.Matcher.quoteReplacement(String.valueOf(decoded));
  }
}
