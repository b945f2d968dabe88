package io.luciola.fio.engine;

import io.luciola.fio.job.JobSpec;
import java.util.List;

/** Does nothing, at once: measures the tool itself. */
public final class NullEngine implements IoEngine {

  /** For the service loader. */
  public NullEngine() {}

  @Override
  public List<String> names() {
    return List.of("null");
  }

  @Override
  public void check(JobSpec job) {
    // Anything goes.
  }

  @Override
  public long sizeOf(JobSpec job, String fileName) {
    return -1;
  }

  @Override
  public void prepare(JobSpec job, List<FileRegion> files) {
    // There are no files.
  }

  @Override
  public IoChannel open(JobSpec job, List<FileRegion> files) {
    return new NullChannel(job.depth().depth());
  }

  @Override
  public void remove(JobSpec job, List<FileRegion> files) {
    // There are no files.
  }

  /** Completes whatever was submitted; at depth 1 inline, as fio's does. */
  private static final class NullChannel implements IoChannel {

    private final long[] tags;
    private final int[] results;
    private final boolean inline;
    private final ChannelMemory memory = new ChannelMemory();
    private int head;
    private int queued;

    NullChannel(int depth) {
      tags = new long[depth];
      results = new int[depth];
      inline = depth == 1;
    }

    @Override
    public long allocate(long lengthBytes) {
      return memory.allocate(lengthBytes);
    }

    @Override
    public int submit(
        Direction direction, int file, long offset, int length, long address, long tag) {
      return complete(tag, length);
    }

    @Override
    public int sync(int fileIndex, boolean dataOnly, long tag) {
      return complete(tag, 0);
    }

    private int complete(long tag, int result) {
      if (queued == tags.length) {
        return FULL;
      }
      int at = head + queued;
      at = at >= tags.length ? at - tags.length : at;
      tags[at] = tag;
      results[at] = result;
      queued++;
      return ACCEPTED;
    }

    @Override
    public void push() {
      // All is done already.
    }

    @Override
    public int poll(Completion completion, int limit) {
      int delivered = 0;
      while (queued > 0 && delivered < limit) {
        int at = head;
        head = head + 1 == tags.length ? 0 : head + 1;
        queued--;
        delivered++;
        completion.onCompletion(tags[at], results[at]);
      }
      return delivered;
    }

    @Override
    public int await(Completion completion, int atLeast, int limit, long timeoutNs) {
      return poll(completion, Math.max(atLeast, limit));
    }

    @Override
    public boolean inline() {
      return inline;
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
