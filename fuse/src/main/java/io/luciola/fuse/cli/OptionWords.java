package io.luciola.fuse.cli;

import io.luciola.cluster.cli.CommandFailure;
import io.luciola.fuse.MountOptions;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The words after {@code -o}: ours, and those that mount(8) and fstab bring along.
 *
 * @param driver name of the FUSE driver
 */
record OptionWords(MountOptions options, String driver) {

  private static final Logger LOG = LoggerFactory.getLogger(OptionWords.class);

  private static final String DEFAULT_DRIVER = "raw";
  private static final BigDecimal NS_PER_SECOND = BigDecimal.valueOf(1_000_000_000L);

  /** What every mount does anyway, and what only concerns mount(8). */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "rw",
          "defaults",
          "_netdev",
          "nofail",
          "auto",
          "noauto",
          "nosuid",
          "nodev",
          "allow_other",
          "default_permissions");

  /** Access times are never recorded, whatever is asked for. */
  private static final Set<String> ACCESS_TIMES =
      Set.of(
          "noatime",
          "atime",
          "nodiratime",
          "diratime",
          "relatime",
          "norelatime",
          "strictatime",
          "nostrictatime",
          "lazytime",
          "nolazytime");

  /**
   * Reads the words.
   *
   * @param groups each argument of {@code -o}
   * @throws CommandFailure (usage) naming a word that is unknown or has a wrong value
   */
  static OptionWords parse(String source, List<String> groups) {
    OptionWords words = new OptionWords(MountOptions.defaults(source), DEFAULT_DRIVER);
    for (String group : groups) {
      for (String word : group.split(",", -1)) {
        if (!word.isEmpty()) {
          words = words.with(word);
        }
      }
    }
    return words;
  }

  private OptionWords with(String word) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      return with(word, word.substring(0, equals), word.substring(equals + 1));
    }
    if (word.equals("ro")) {
      return with(options.withReadOnly(true));
    }
    if (word.equals("rw")) {
      return with(options.withReadOnly(false));
    }
    if (ACCESS_TIMES.contains(word)) {
      LOG.debug("mount option '{}' has no effect: access times are not kept", word);
      return this;
    }
    if (WITHOUT_EFFECT.contains(word) || word.startsWith("x-")) {
      return this;
    }
    throw unknown(word);
  }

  private OptionWords with(String word, String name, String value) {
    if (name.startsWith("x-")) {
      return this;
    }
    try {
      return switch (name) {
        case "attr_timeout" -> with(options.withAttrTimeoutNs(secondsInNs(value)));
        case "entry_timeout" -> with(options.withEntryTimeoutNs(secondsInNs(value)));
        case "threads" -> with(options.withThreads(Integer.parseInt(value)));
        case "max_read" -> with(options.withMaxReadBytes(Integer.parseInt(value)));
        case "fsname" -> with(options.withSource(value));
        case "driver" -> new OptionWords(options, value);
        default -> throw unknown(word);
      };
    } catch (NumberFormatException wrong) {
      throw CommandFailure.usage("mount option '" + word + "': not a number");
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw CommandFailure.usage("mount option '" + word + "': " + wrong.getMessage());
    }
  }

  private OptionWords with(MountOptions changed) {
    return new OptionWords(changed, driver);
  }

  private static long secondsInNs(String value) {
    return new BigDecimal(value).multiply(NS_PER_SECOND).toBigInteger().longValueExact();
  }

  private static CommandFailure unknown(String word) {
    return CommandFailure.usage("unknown mount option '" + word + "'");
  }
}
