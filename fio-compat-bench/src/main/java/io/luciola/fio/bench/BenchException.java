package io.luciola.fio.bench;

import java.io.IOException;

/** A run failed, so that there is nothing to compare. */
final class BenchException extends IOException {

  private static final long serialVersionUID = 1L;

  BenchException(String message) {
    super(message);
  }
}
