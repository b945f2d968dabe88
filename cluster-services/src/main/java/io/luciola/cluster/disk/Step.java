package io.luciola.cluster.disk;

import java.util.List;

/** One thing that is done to the machine, or checked on the way. */
public sealed interface Step {

  /** A line written into a file of the kernel's. */
  record WriteAttribute(String path, String text) implements Step {}

  /** A file of ours, created or replaced. */
  record WriteFile(String path, String content) implements Step {}

  /** A file removed. */
  record DeleteFile(String path) implements Step {}

  /** A directory created, with those above it. */
  record CreateDirectory(String path) implements Step {}

  /** A command that must end with 0. */
  record Run(List<String> command) implements Step {
    static Run of(String... words) {
      return new Run(List.of(words));
    }
  }

  /** Goes on only if the device now has this driver. */
  record ExpectDriver(PciAddress address, String driver) implements Step {}

  /** Goes on only if a file of the kernel's now holds at least this number. */
  record ExpectAtLeast(String path, long number) implements Step {}
}
