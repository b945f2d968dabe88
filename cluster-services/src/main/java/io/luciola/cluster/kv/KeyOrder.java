package io.luciola.cluster.kv;

import java.util.Arrays;
import java.util.Comparator;

/** The order of keys, and the keys next to a key. */
public final class KeyOrder {

  /** Keys as unsigned bytes, a prefix before what it begins. */
  public static final Comparator<byte[]> COMPARATOR = Arrays::compareUnsigned;

  private KeyOrder() {}

  /** The first key behind {@code key}. */
  public static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /**
   * The first key behind all keys that begin with {@code prefix}.
   *
   * @throws IllegalArgumentException when there is none, for a prefix of 0xFF only
   */
  public static byte[] afterPrefix(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xFF) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    throw new IllegalArgumentException("no key lies behind a prefix of 0xFF bytes");
  }
}
