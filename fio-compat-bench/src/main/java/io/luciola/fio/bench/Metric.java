package io.luciola.fio.bench;

/** What is compared of two runs. */
enum Metric {
  /** I/Os per second. */
  IOPS("IOPS", "k"),
  /** Bandwidth. */
  BANDWIDTH("bandwidth", "MiB/s"),
  /** Processor time per I/O. */
  CPU_PER_IO("CPU per I/O", "us"),
  /** Time per I/O of a job that keeps one thread busy. */
  TIME_PER_IO("time per I/O", "ns");

  private final String label;
  private final String unit;

  Metric(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  String label() {
    return label;
  }

  String unit() {
    return unit;
  }

  /** A run's value, in the unit. */
  double of(Measurement run) {
    return switch (this) {
      case IOPS -> run.iops() / 1e3;
      case BANDWIDTH -> run.bytesPerSecond() / (1 << 20);
      case CPU_PER_IO -> run.cpuNsPerIo() / 1e3;
      case TIME_PER_IO -> 1e9 / run.iops();
    };
  }
}
