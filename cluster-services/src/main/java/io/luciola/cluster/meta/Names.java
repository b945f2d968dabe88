package io.luciola.cluster.meta;

import com.google.protobuf.ByteString;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;

/** What may be a name. */
final class Names {

  private static final int MAX_BYTES = 255;
  private static final ByteString DOT = ByteString.copyFromUtf8(".");
  private static final ByteString DOT_DOT = ByteString.copyFromUtf8("..");

  private Names() {}

  /** ENAMETOOLONG above 255 bytes; EINVAL for none, ".", "..", or one with '/' or NUL. */
  static void check(ByteString name) {
    if (name.size() > MAX_BYTES) {
      throw new PosixException(
          Errno.ENAMETOOLONG, "a name of " + name.size() + " bytes; at most 255 are allowed");
    }
    if (name.isEmpty() || name.equals(DOT) || name.equals(DOT_DOT)) {
      throw new PosixException(Errno.EINVAL, "not a name: '" + name.toStringUtf8() + "'");
    }
    for (int i = 0; i < name.size(); i++) {
      if (name.byteAt(i) == '/' || name.byteAt(i) == 0) {
        throw new PosixException(
            Errno.EINVAL, "a name with '/' or NUL: '" + name.toStringUtf8() + "'");
      }
    }
  }
}
