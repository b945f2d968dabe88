package io.luciola.fio.cli;

import io.luciola.fio.engine.IoEngines;
import io.luciola.fio.job.OptionCatalog;
import io.luciola.fio.job.OptionCatalog.Option;
import io.luciola.fio.job.OptionCatalog.Support;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code --help} and {@code --cmdhelp} print. */
final class HelpText {

  private HelpText() {}

  static String usage(String version) {
    return version
        + """

        fio [options] [job options] <job file(s)>
          --output=FILE         Write the report to FILE
          --output-format=LIST  normal, json, json+; several separated by commas
          --eta=WHEN            Show progress: always, never or auto (on a terminal)
          --section=NAME        Run only this section of the job files; may be repeated
          --readonly            Refuse jobs that write
          --parse-only          Read the jobs, run nothing
          --cmdhelp[=OPTION]    List the options of jobs, or explain one
          --enghelp             List the I/O engines
          --version             Print the version
          --help                Print this page
        """
            .stripTrailing();
  }

  static String jobOptions(@Nullable String only, IoEngines engines) {
    StringBuilder text = new StringBuilder();
    for (Option option : OptionCatalog.all()) {
      boolean wanted = only == null || only.equals(option.key()) || only.equals(option.alias());
      if (wanted && (only != null || option.support() != Support.REFUSED)) {
        line(text, option.key(), option.help());
      }
    }
    for (String key : engines.options()) {
      if (only == null || only.equals(key)) {
        line(text, key, "Of ioengine=" + engines.enginesWith(key));
      }
    }
    return text.isEmpty() ? "There is no option " + only : text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String key, String help) {
    text.append(String.format(Locale.ROOT, "%-28s: %s%n", key, help));
  }
}
