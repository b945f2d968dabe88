package io.luciola.fuse.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Creates, overwrites and appends to files, fsyncs each, and remembers what was acknowledged. Ends
 * at the first error or when told to; can be started again.
 */
final class FsyncingWriter {

  private static final int MAX_BYTES = 300_000;
  private static final int DIRECTORIES = 5;

  private final Path root;
  private final Random random;
  private final Map<Path, byte[]> acknowledged = new ConcurrentHashMap<>();
  private final List<Path> names = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable Path inFlight;
  private volatile byte[] inFlightContent = new byte[0];

  FsyncingWriter(Path root, long seed) {
    this.root = root;
    this.random = new Random(seed);
  }

  /** What must be there, by file. */
  Map<Path, byte[]> acknowledged() {
    return acknowledged;
  }

  /** The file whose last change was not acknowledged; null when there is none. */
  @Nullable Path inFlight() {
    return inFlight;
  }

  /** What that file would have become. */
  byte[] inFlightContent() {
    return inFlightContent;
  }

  /** The file in flight was found with this content; that is what it must keep. */
  void settle(byte[] found) {
    Path file = inFlight;
    if (file != null) {
      if (acknowledged.put(file, found) == null) {
        names.add(file);
      }
      inFlight = null;
    }
  }

  Thread start() {
    stopping = false;
    inFlight = null;
    return Thread.ofPlatform().name("fsyncing-writer").start(this::run);
  }

  void stop() {
    stopping = true;
  }

  private void run() {
    try {
      while (!stopping) {
        step();
      }
    } catch (IOException killed) {
      stopping = true; // this is what a kill looks like from here
    }
  }

  private void step() throws IOException {
    boolean create = names.isEmpty() || random.nextInt(3) > 0;
    Path file = create ? newName() : names.get(random.nextInt(names.size()));
    byte[] old = acknowledged.getOrDefault(file, new byte[0]);
    int offset = create ? 0 : random.nextInt(old.length + 1);
    byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 5000 : MAX_BYTES)];
    random.nextBytes(data);
    byte[] fresh = Arrays.copyOf(old, Math.max(old.length, offset + data.length));
    System.arraycopy(data, 0, fresh, offset, data.length);
    if (fresh.length > MAX_BYTES * 2) {
      return;
    }
    inFlightContent = fresh;
    inFlight = file;
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(data);
      while (buffer.hasRemaining()) {
        channel.write(buffer, (long) offset + buffer.position());
      }
      channel.force(true);
      if (acknowledged.put(file, fresh) == null) {
        names.add(file);
      }
      inFlight = null;
    }
  }

  private Path newName() {
    return root.resolve("d" + random.nextInt(DIRECTORIES))
        .resolve("f" + names.size() + "-" + random.nextInt(1 << 20));
  }
}
