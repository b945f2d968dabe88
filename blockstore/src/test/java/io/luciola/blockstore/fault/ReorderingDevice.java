package io.luciola.blockstore.fault;

import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Delays: hands requests on late and in any order, and completions as well. Each poll lets a random
 * number of them through, but at least one, so that polling always gets on. Now and then one
 * request is a straggler, which many later ones overtake.
 */
public final class ReorderingDevice extends FilterDevice {

  private static final int ONE_STRAGGLER_IN = 16;
  private static final int STRAGGLER_POLLS = 24;

  private record Straggler(DeviceRequest request, long duePoll) {}

  private record Completion(DeviceRequest request, int result) {}

  private final Random random;
  private final List<DeviceRequest> submitted = new ArrayList<>();
  private final List<Straggler> stragglers = new ArrayList<>();
  private final List<Completion> arrived = new ArrayList<>();
  private long polls;

  /** In front of this device; the same seed and requests give the same order. */
  public ReorderingDevice(BlockDevice inner, long seed) {
    super(inner);
    random = new Random(seed);
  }

  @Override
  int submit(DeviceRequest request) {
    if (random.nextInt(ONE_STRAGGLER_IN) == 0) {
      stragglers.add(new Straggler(request, polls + random.nextInt(STRAGGLER_POLLS)));
    } else {
      submitted.add(request);
    }
    return ACCEPTED;
  }

  @Override
  void tick() {
    polls++;
    boolean others = !submitted.isEmpty() || !arrived.isEmpty() || passedOn() > 0;
    stragglers.removeIf(
        straggler -> {
          boolean due = !others || straggler.duePoll <= polls;
          if (due) {
            submitted.add(straggler.request);
          }
          return due;
        });
    for (int due = due(submitted.size()); due > 0; due--) {
      DeviceRequest request = submitted.remove(random.nextInt(submitted.size()));
      if (pass(request) != ACCEPTED) {
        // The device went away meanwhile.
        end(request, -Errno.EIO);
      }
    }
    collect(Integer.MAX_VALUE);
    for (int due = due(arrived.size()); due > 0; due--) {
      Completion completion = arrived.remove(random.nextInt(arrived.size()));
      end(completion.request, completion.result);
    }
  }

  @Override
  void completed(DeviceRequest request, int result) {
    arrived.add(new Completion(request, result));
  }

  @Override
  int held() {
    return submitted.size() + stragglers.size() + arrived.size();
  }

  @Override
  void onClose() {
    while (!submitted.isEmpty() || !stragglers.isEmpty()) {
      tick();
    }
    arrived.clear();
  }

  private int due(int waiting) {
    return waiting == 0 ? 0 : 1 + random.nextInt(waiting);
  }
}
