package io.luciola.cluster.quickstart;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over a tree: of every entry in order its path, its type, its permissions and its content.
 */
final class TreeDigest {

  private final MessageDigest sha256;

  TreeDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /** Begins an entry: {@code type} is 'd', 'f' or 'l'. */
  void entry(String path, char type, int mode, long lengthBytes) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = ByteBuffer.allocate(4 + name.length + 2 + 4 + 8);
    header.putInt(name.length).put(name).putChar(type).putInt(mode).putLong(lengthBytes);
    sha256.update(header.array());
  }

  /** Part of the current entry's content. */
  void content(byte[] bytes, int offset, int lengthBytes) {
    sha256.update(bytes, offset, lengthBytes);
  }

  /** The digest in hexadecimal. */
  String finish() {
    return HexFormat.of().formatHex(sha256.digest());
  }
}
