package io.luciola.chaintable.analysis;

import java.util.Arrays;

/**
 * How full disks are.
 *
 * @param ofDisks by disk, from 0 to 1
 * @param ofCluster all that is used of all the space
 */
@SuppressWarnings("ArrayRecordComponent") // large, read only, never compared
public record Fill(double[] ofDisks, double ofCluster) {

  /**
   * The fill when disks hold so much.
   *
   * @param usedByDisk by disk of the table, in bytes
   */
  public static Fill of(PlacedTable placed, long[] usedByDisk) {
    double[] ofDisks = new double[usedByDisk.length];
    double used = 0;
    double size = 0;
    for (int disk = 0; disk < ofDisks.length; disk++) {
      long sizeBytes = placed.disks().get(disk).sizeBytes();
      ofDisks[disk] = (double) usedByDisk[disk] / sizeBytes;
      used += usedByDisk[disk];
      size += sizeBytes;
    }
    return new Fill(ofDisks, used / size);
  }

  /** The mean over disks. */
  public double mean() {
    return Arrays.stream(ofDisks).average().orElse(0);
  }

  /** The emptiest disk's. */
  public double least() {
    return Arrays.stream(ofDisks).min().orElse(0);
  }

  /** The fullest disk's. */
  public double most() {
    return Arrays.stream(ofDisks).max().orElse(0);
  }

  /** The standard deviation over disks as part of the mean; 0 when nothing is used. */
  public double coefficientOfVariation() {
    double mean = mean();
    if (mean == 0) {
      return 0;
    }
    double squares = Arrays.stream(ofDisks).map(fill -> (fill - mean) * (fill - mean)).sum();
    return Math.sqrt(squares / ofDisks.length) / mean;
  }
}
