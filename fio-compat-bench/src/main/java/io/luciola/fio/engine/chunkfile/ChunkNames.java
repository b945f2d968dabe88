package io.luciola.fio.engine.chunkfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luciola.fio.engine.FileRegion;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Ids of the chunks of a job's files, made of their names, so that later jobs find them again. */
final class ChunkNames {

  private static final long INDEX_MASK = 0xFFFFFFFFL;

  private final long[] his;
  private final long[] los;

  ChunkNames(List<FileRegion> files) {
    his = new long[files.size()];
    los = new long[files.size()];
    for (int file = 0; file < his.length; file++) {
      String name = String.valueOf(Path.of(files.get(file).name()).getFileName());
      UUID id = UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
      his[file] = id.getMostSignificantBits();
      los[file] = id.getLeastSignificantBits() & ~INDEX_MASK;
    }
  }

  long hi(int file) {
    return his[file];
  }

  /**
   * Lower half of the id.
   *
   * @param index of the chunk in its file
   */
  long lo(int file, long index) {
    return los[file] | index;
  }
}
