package io.luciola.fuse.kernel;

/** A request that is shorter than its kind demands, or otherwise breaks the protocol. */
final class MalformedRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MalformedRequestException(String message) {
    super(message, null, false, false);
  }
}
