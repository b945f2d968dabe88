package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.meta.proto.FileType;
import java.nio.BufferUnderflowException;
import java.util.List;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Values to bytes and back. Each begins with a format byte; numbers follow as stop-bit numbers in a
 * fixed order. To add a field, append it, raise the kind's format and give it a default when an
 * older format is read. A format above the known one was written by a later release and is refused.
 */
final class RecordCodec {

  private static final int INODE_FORMAT = 2;

  /** The last one in which a layout was of one segment, which covered everything. */
  private static final int INODE_FORMAT_OF_WHOLE_LAYOUTS = 1;

  private static final int OWN_STRIPE = 1;
  private static final int OWN_CHUNK_SIZE = 2;

  private static final int ENTRY_FORMAT = 1;
  private static final int SESSION_FORMAT = 1;
  private static final int ANSWER_FORMAT = 1;
  private static final int TIME_FORMAT = 1;

  /** What a name stands for. */
  record Entry(long inode, FileType type) {}

  /** Who has a file open. */
  record Session(long client, boolean write, long openedNs) {}

  /** The answer that a request got. */
  record Answer(MetaOperation operation, long answeredNs, ByteString response) {}

  /** Reads the fields of a record that was written in a format. */
  private interface Fields<T> {
    T read(int format, Bytes<byte[]> in);
  }

  private RecordCodec() {}

  static byte[] encode(InodeRecord inode) {
    return encode(
        INODE_FORMAT,
        out -> {
          out.writeStopBit(inode.id);
          out.writeStopBit(inode.type.getNumber());
          out.writeStopBit(inode.mode);
          out.writeStopBit(inode.nlink);
          out.writeStopBit(Integer.toUnsignedLong(inode.uid));
          out.writeStopBit(Integer.toUnsignedLong(inode.gid));
          out.writeStopBit(Integer.toUnsignedLong(inode.rdev));
          out.writeLong(inode.atimeNs);
          out.writeLong(inode.mtimeNs);
          out.writeLong(inode.ctimeNs);
          out.writeStopBit(inode.lengthBytes);
          out.writeStopBit(inode.reachBytes);
          out.writeStopBit(Integer.toUnsignedLong(inode.truncateVersion));
          out.writeStopBit(inode.parent);
          writeLayout(out, inode.layout);
          writeBytes(out, inode.symlinkTarget);
          out.writeStopBit(inode.stripe);
          out.writeStopBit(inode.newChunkSizeBytes);
          out.writeStopBit(
              (inode.ownStripe ? OWN_STRIPE : 0) | (inode.ownChunkSize ? OWN_CHUNK_SIZE : 0));
        });
  }

  static InodeRecord inode(byte[] value) {
    return decode(
        "inode",
        INODE_FORMAT,
        value,
        (format, in) -> {
          InodeRecord inode = new InodeRecord(in.readStopBit(), fileType(in));
          inode.mode = (int) in.readStopBit();
          inode.nlink = (int) in.readStopBit();
          inode.uid = (int) in.readStopBit();
          inode.gid = (int) in.readStopBit();
          inode.rdev = (int) in.readStopBit();
          inode.atimeNs = in.readLong();
          inode.mtimeNs = in.readLong();
          inode.ctimeNs = in.readLong();
          inode.lengthBytes = in.readStopBit();
          inode.reachBytes = in.readStopBit();
          inode.truncateVersion = (int) in.readStopBit();
          inode.parent = in.readStopBit();
          if (format == INODE_FORMAT_OF_WHOLE_LAYOUTS) {
            inode.layout = readWholeLayout(in);
            inode.symlinkTarget = readBytes(in);
            return inode;
          }
          inode.layout = readLayout(in);
          inode.symlinkTarget = readBytes(in);
          inode.stripe = (int) in.readStopBit();
          inode.newChunkSizeBytes = (int) in.readStopBit();
          int own = (int) in.readStopBit();
          inode.ownStripe = (own & OWN_STRIPE) != 0;
          inode.ownChunkSize = (own & OWN_CHUNK_SIZE) != 0;
          return inode;
        });
  }

  static byte[] encode(Entry entry) {
    return encode(
        ENTRY_FORMAT,
        out -> {
          out.writeStopBit(entry.inode());
          out.writeStopBit(entry.type().getNumber());
        });
  }

  static Entry entry(byte[] value) {
    return decode(
        "entry", ENTRY_FORMAT, value, (format, in) -> new Entry(in.readStopBit(), fileType(in)));
  }

  static byte[] encode(Session session) {
    return encode(
        SESSION_FORMAT,
        out -> {
          out.writeLong(session.client());
          out.writeStopBit(session.write() ? 1 : 0);
          out.writeLong(session.openedNs());
        });
  }

  static Session session(byte[] value) {
    return decode(
        "session",
        SESSION_FORMAT,
        value,
        (format, in) -> new Session(in.readLong(), in.readStopBit() != 0, in.readLong()));
  }

  static byte[] encode(Answer answer) {
    return encode(
        ANSWER_FORMAT,
        out -> {
          out.writeStopBit(answer.operation().code());
          out.writeLong(answer.answeredNs());
          writeBytes(out, answer.response());
        });
  }

  static Answer answer(byte[] value) {
    return decode(
        "answer",
        ANSWER_FORMAT,
        value,
        (format, in) ->
            new Answer(MetaOperation.ofCode((int) in.readStopBit()), in.readLong(), readBytes(in)));
  }

  static byte[] encodeTime(long timeNs) {
    return encode(TIME_FORMAT, out -> out.writeLong(timeNs));
  }

  static long time(byte[] value) {
    return decode("time", TIME_FORMAT, value, (format, in) -> in.readLong());
  }

  private static byte[] encode(int format, Consumer<Bytes<byte[]>> fields) {
    Bytes<byte[]> out = Bytes.allocateElasticOnHeap(160);
    out.writeByte((byte) format);
    fields.accept(out);
    return out.toByteArray();
  }

  private static <T> T decode(String kind, int knownFormat, byte[] value, Fields<T> fields) {
    Bytes<byte[]> in = Bytes.wrapForRead(value);
    try {
      int format = in.readUnsignedByte();
      if (format < 1 || format > knownFormat) {
        throw new IllegalStateException(
            "format "
                + format
                + " of an "
                + kind
                + " record is not known; a later release wrote it");
      }
      return fields.read(format, in);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IllegalStateException("a damaged " + kind + " record", e);
    }
  }

  private static FileType fileType(Bytes<byte[]> in) {
    FileType type = FileType.forNumber((int) in.readStopBit());
    if (type == null) {
      throw new IllegalArgumentException("unknown file type");
    }
    return type;
  }

  private static void writeLayout(Bytes<byte[]> out, @Nullable FileLayout layout) {
    out.writeStopBit(layout == null ? 0 : layout.chunkSizeBytes());
    if (layout == null) {
      return;
    }
    List<FileLayout.Segment> segments = layout.segments();
    out.writeStopBit(segments.size());
    for (FileLayout.Segment segment : segments) {
      out.writeStopBit(segment.chunkCount());
      out.writeStopBit(segment.chainIds().length);
      for (int chainId : segment.chainIds()) {
        out.writeStopBit(Integer.toUnsignedLong(chainId));
      }
    }
  }

  private static @Nullable FileLayout readLayout(Bytes<byte[]> in) {
    int chunkSizeBytes = (int) in.readStopBit();
    if (chunkSizeBytes == 0) {
      return null;
    }
    FileLayout layout = new FileLayout(chunkSizeBytes);
    int segments = count(in);
    for (int i = 0; i < segments; i++) {
      long chunkCount = in.readStopBit();
      layout = layout.with(chunkCount, readChainIds(in, count(in)));
    }
    return layout;
  }

  private static @Nullable FileLayout readWholeLayout(Bytes<byte[]> in) {
    int stripe = count(in);
    if (stripe == 0) {
      return null;
    }
    int chunkSizeBytes = (int) in.readStopBit();
    return FileLayout.whole(chunkSizeBytes, readChainIds(in, stripe));
  }

  private static int[] readChainIds(Bytes<byte[]> in, int count) {
    int[] chainIds = new int[count];
    for (int i = 0; i < count; i++) {
      chainIds[i] = (int) in.readStopBit();
    }
    return chainIds;
  }

  private static void writeBytes(Bytes<byte[]> out, ByteString bytes) {
    out.writeStopBit(bytes.size());
    out.write(bytes.toByteArray());
  }

  private static ByteString readBytes(Bytes<byte[]> in) {
    byte[] bytes = new byte[count(in)];
    in.read(bytes);
    return ByteString.copyFrom(bytes);
  }

  /** A number of things that still follow, each of a byte or more. */
  private static int count(Bytes<byte[]> in) {
    long count = in.readStopBit();
    if (count < 0 || count > in.readRemaining()) {
      throw new IllegalArgumentException("a length reaches beyond the record");
    }
    return (int) count;
  }
}
