package io.luciola.cluster.kv;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * All pairs at one version: magic (8), format (4), zero (4), sequence of the last record it
 * contains (8), version (8); per pair the length of the key (4) and of the value (4) and the bytes
 * of both; at the end -1 (4), the number of pairs (8) and the CRC32C of all bytes before (4).
 * Numbers are big-endian.
 */
final class SnapshotFile {

  private static final long MAGIC = 0x4c55_4349_4b56_534eL; // "LUCIKVSN"
  private static final int FORMAT = 1;
  private static final int END = -1;
  private static final int BUFFER_BYTES = 256 << 10;

  /** What a snapshot contains. */
  record Contents(long sequence, long version) {}

  private SnapshotFile() {}

  /** Writes the file; it has its name only when it is whole and durable. */
  static void write(StoreDirectory directory, long sequence, long version, Iterator<KeyValue> pairs)
      throws IOException {
    Path file = directory.snapshotFile(sequence);
    CRC32C crc = new CRC32C();
    try (FileOutputStream stream = new FileOutputStream(StoreDirectory.unfinished(file).toFile());
        DataOutputStream out =
            new DataOutputStream(
                new CheckedOutputStream(new BufferedOutputStream(stream, BUFFER_BYTES), crc))) {
      out.writeLong(MAGIC);
      out.writeInt(FORMAT);
      out.writeInt(0);
      out.writeLong(sequence);
      out.writeLong(version);
      long count = 0;
      while (pairs.hasNext()) {
        KeyValue pair = pairs.next();
        out.writeInt(pair.key().length);
        out.writeInt(pair.value().length);
        out.write(pair.key());
        out.write(pair.value());
        count++;
      }
      out.writeInt(END);
      out.writeLong(count);
      out.writeInt((int) crc.getValue());
      out.flush();
      stream.getChannel().force(true);
    }
    directory.finish(file);
  }

  /** Reads a file into an empty map. */
  static Contents read(Path file, VersionedMap map) throws IOException {
    CRC32C crc = new CRC32C();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES), crc))) {
      if (in.readLong() != MAGIC) {
        throw new IOException(file + " is not a key-value snapshot");
      }
      int format = in.readInt();
      if (format != FORMAT) {
        throw new IOException(
            file + " has snapshot format " + format + ", this release reads " + FORMAT);
      }
      in.readInt();
      Contents contents = new Contents(in.readLong(), in.readLong());
      long count = 0;
      for (int keyBytes = in.readInt(); keyBytes != END; keyBytes = in.readInt()) {
        int valueBytes = in.readInt();
        if (keyBytes < 0
            || keyBytes > KeyValueStore.MAX_KEY_BYTES
            || valueBytes < 0
            || valueBytes > KeyValueStore.MAX_VALUE_BYTES) {
          throw damaged(file);
        }
        byte[] key = in.readNBytes(keyBytes);
        map.set(key, in.readNBytes(valueBytes), contents.version());
        count++;
      }
      boolean complete = in.readLong() == count;
      int checksum = (int) crc.getValue();
      if (!complete || in.readInt() != checksum) {
        throw damaged(file);
      }
      return contents;
    } catch (EOFException e) {
      throw new IOException("the snapshot " + file + " is damaged: it ends too early", e);
    }
  }

  private static IOException damaged(Path file) {
    return new IOException(
        "the snapshot " + file + " is damaged (wrong checksum or count); restore a copy of it");
  }
}
