package io.luciola.blockstore.engine.space;

import java.util.Random;

/** What sizes are asked for. */
enum Workload {

  /** Pages of a key-value store: 4 KiB to 4 MiB, each size as often. */
  KV_PAGES,

  /** 4 KiB to 64 MiB, each size as often. */
  ALL_SIZES,

  /** Files in chunks of 1 MiB, first chunks of small files, some chunks of 4 and 64 MiB. */
  FILES;

  int order(Random random) {
    return switch (this) {
      case KV_PAGES -> random.nextInt(11);
      case ALL_SIZES -> random.nextInt(15);
      case FILES -> {
        int kind = random.nextInt(100);
        yield kind < 60 ? 8 : kind < 90 ? random.nextInt(8) : kind < 98 ? 10 : 14;
      }
    };
  }
}
