package io.luciola.spdk;

/** Numbers of errors, as in Linux. */
final class Errno {

  static final int ENXIO = 6;
  static final int ENOMEM = 12;
  static final int ENODEV = 19;

  private Errno() {}
}
