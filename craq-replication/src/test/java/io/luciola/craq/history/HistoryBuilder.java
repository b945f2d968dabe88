package io.luciola.craq.history;

import io.luciola.craq.history.Action.Read;
import io.luciola.craq.history.Action.Remove;
import io.luciola.craq.history.Action.Replace;
import io.luciola.craq.history.Action.Truncate;
import io.luciola.craq.history.Action.Update;
import io.luciola.craq.history.Action.Write;
import java.util.ArrayList;
import java.util.List;

/** Writes down histories of a chunk of blocks of 8 bytes. */
final class HistoryBuilder {

  private static final int BLOCK = 8;

  private final List<Operation> operations = new ArrayList<>();
  private final ReadMode mode;

  HistoryBuilder(ReadMode mode) {
    this.mode = mode;
  }

  /** A content of whole blocks, told by their values. */
  static ChunkContent blocks(long... values) {
    ChunkContent content = ChunkContent.EMPTY;
    for (long value : values) {
      content = content.append(BLOCK, value);
    }
    return content;
  }

  static Write write(int block, int count, long value) {
    return new Write(BLOCK * block, BLOCK * count, value);
  }

  static Write write(long value) {
    return write(0, 1, value);
  }

  static Replace replace(int count, long value) {
    return new Replace(BLOCK * count, value);
  }

  static Truncate truncate(int blocks) {
    return new Truncate(BLOCK * blocks);
  }

  static Remove remove() {
    return new Remove();
  }

  HistoryBuilder update(long client, long from, long to, Update update) {
    return add(new Operation(client, from, to, update));
  }

  HistoryBuilder unknown(long client, long from, Update update) {
    return add(new Operation(client, from, Operation.UNKNOWN, update));
  }

  HistoryBuilder read(long client, long from, long to, long... values) {
    return read(client, from, to, 0, blocks(values));
  }

  HistoryBuilder readAbsent(long client, long from, long to) {
    return read(client, from, to, 0, ChunkContent.ABSENT);
  }

  HistoryBuilder read(long client, long from, long to, long version, ChunkContent content) {
    return add(new Operation(client, from, to, new Read(mode, version, content)));
  }

  private HistoryBuilder add(Operation operation) {
    operations.add(operation);
    return this;
  }

  ChunkHistory build() {
    return new ChunkHistory(operations);
  }
}
