package io.luciola.cluster.disk;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Steps as the shell commands that do the same. */
public final class ShellText {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellText() {}

  /** One command; several lines where it writes a file. */
  public static String of(Step step) {
    return switch (step) {
      case Step.WriteAttribute write ->
          write.text().isEmpty()
              ? "echo > " + quote(write.path())
              : "echo " + quote(write.text()) + " > " + quote(write.path());
      case Step.WriteFile write ->
          "cat > " + quote(write.path()) + " <<'EOF'\n" + write.content() + "EOF";
      case Step.DeleteFile delete -> "rm -f " + quote(delete.path());
      case Step.CreateDirectory create -> "mkdir -p " + quote(create.path());
      case Step.Run run -> words(run.command());
      case Step.ExpectDriver expect ->
          "test \"$(basename \"$(readlink "
              + quote(expect.address().directory() + "/driver")
              + ")\")\" = "
              + quote(expect.driver());
      case Step.ExpectAtLeast expect ->
          "test \"$(cat " + quote(expect.path()) + ")\" -ge " + expect.number();
    };
  }

  /** A command line. */
  public static String words(List<String> command) {
    return command.stream().map(ShellText::quote).collect(Collectors.joining(" "));
  }

  private static String quote(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
