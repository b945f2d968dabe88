package io.luciola.cluster.cli.admin;

import io.luciola.cluster.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of ids, separated by commas; lines that are empty or begin with # do not count. */
final class NumberFile {

  private NumberFile() {}

  /**
   * A line.
   *
   * @param place file and line, for messages
   * @param numbers not empty
   */
  record Row(String place, List<Long> numbers) {

    /** The first number, as the id of a chain. */
    int id() {
      long id = numbers.getFirst();
      if (id > Integer.MAX_VALUE) {
        throw CommandFailure.usage(place + ": " + id + " is too large for the id of a chain");
      }
      return (int) id;
    }
  }

  /** All lines; a first one of names is passed over. What is wrong is a {@link CommandFailure}. */
  static List<Row> read(Path file) {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      String text = line.strip();
      boolean names = rows.isEmpty() && !text.isEmpty() && Character.isLetter(text.charAt(0));
      if (!text.isEmpty() && !text.startsWith("#") && !names) {
        rows.add(row(file + ":" + number, text));
      }
    }
    if (rows.isEmpty()) {
      throw CommandFailure.usage(file + " has no line with an id");
    }
    return rows;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException missing) {
      throw CommandFailure.usage("file " + file + " does not exist");
    } catch (IOException unreadable) {
      throw CommandFailure.usage("file " + file + " cannot be read: " + unreadable.getMessage());
    }
  }

  private static Row row(String place, String text) {
    List<Long> numbers = new ArrayList<>();
    for (String field : text.split(",", -1)) {
      try {
        numbers.add(Long.parseLong(field.strip()));
      } catch (NumberFormatException wrong) {
        throw CommandFailure.usage(place + ": '" + field.strip() + "' is not an id");
      }
      if (numbers.getLast() < 1) {
        throw CommandFailure.usage(place + ": ids are positive, not " + numbers.getLast());
      }
    }
    return new Row(place, numbers);
  }
}
