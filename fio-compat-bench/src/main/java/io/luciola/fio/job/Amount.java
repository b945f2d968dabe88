package io.luciola.fio.job;

/**
 * A size that is either absolute or a share of something known later.
 *
 * @param bytes absolute size; 0 when {@code percent} is meant
 * @param percent 1 to 100; 0 when {@code bytes} is meant
 */
public record Amount(long bytes, int percent) {

  /** Nothing given. */
  public static final Amount NONE = new Amount(0, 0);

  /** Whether anything was given. */
  public boolean isGiven() {
    return bytes > 0 || percent > 0;
  }

  /** The size in bytes, where 100 % is {@code whole}. */
  public long of(long whole) {
    return percent > 0
        ? Math.multiplyHigh(whole, percent) == 0 ? whole * percent / 100 : whole / 100 * percent
        : bytes;
  }
}
