package io.luciola.chaintable.placement;

import java.util.Arrays;

/**
 * Divides the space of disks over the chains on them, so that as little as can be is left over:
 * iterative proportional fitting (Deming and Stephan 1940), each disk in turn scales its chains to
 * its space.
 */
public final class ChainBudgets {

  private static final int MAX_PASSES = 200;
  private static final double CLOSE_ENOUGH = 1e-6;

  private static final double LEAST_PART = 0.25;

  /** Budgets are multiples of this. */
  public static final long UNIT_BYTES = 4096;

  /** What floating-point numbers may be below the whole number they stand for. */
  private static final double ROUNDING = 1e-3;

  private ChainBudgets() {}

  /**
   * Divides.
   *
   * @param chains per chain its disks
   * @param spaceBytes by disk; not negative
   * @param firstInNeed chains from this one on get a part of their equal share at least, where
   *     there is space; those before may get nothing
   * @return by chain, what each of its targets may hold; on no disk is their sum above its space
   */
  public static long[] divide(int[][] chains, long[] spaceBytes, int firstInNeed) {
    double[] budgets = new double[chains.length];
    Arrays.fill(budgets, 1);
    double[] used = new double[spaceBytes.length];
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      if (fit(chains, spaceBytes, budgets, used) < CLOSE_ENOUGH) {
        break;
      }
    }
    double[] fitting = fitting(chains, spaceBytes, budgets, used);
    giveLeast(chains, spaceBytes, fitting, used, firstInNeed);
    long[] whole = new long[chains.length];
    for (int chain = 0; chain < chains.length; chain++) {
      whole[chain] = UNIT_BYTES * (long) (fitting[chain] / UNIT_BYTES + ROUNDING);
    }
    shrinkToFit(chains, spaceBytes, whole);
    return whole;
  }

  /** The budgets, less what the fullest disk of each chain does not have. */
  private static double[] fitting(
      int[][] chains, long[] spaceBytes, double[] budgets, double[] used) {
    sum(chains, budgets, used);
    double[] fitting = budgets.clone();
    for (int chain = 0; chain < chains.length; chain++) {
      for (int disk : chains[chain]) {
        double most = used[disk] == 0 ? 0 : budgets[chain] * spaceBytes[disk] / used[disk];
        fitting[chain] = Math.min(fitting[chain], most);
      }
    }
    return fitting;
  }

  /**
   * Where disks cannot all be filled, fitting takes everything from some chains: then each chain
   * gets a part of what it would have if all chains of a disk had the same. What lies between two
   * divisions that fit, fits, too.
   */
  private static void giveLeast(
      int[][] chains, long[] spaceBytes, double[] budgets, double[] used, int firstInNeed) {
    double[] equal = new double[chains.length];
    Arrays.fill(equal, 1);
    sum(chains, equal, used);
    boolean starved = false;
    for (int chain = 0; chain < chains.length; chain++) {
      equal[chain] = Double.MAX_VALUE;
      for (int disk : chains[chain]) {
        equal[chain] = Math.min(equal[chain], spaceBytes[disk] / used[disk]);
      }
      starved |= chain >= firstInNeed && budgets[chain] < equal[chain] * LEAST_PART;
    }
    for (int chain = 0; starved && chain < chains.length; chain++) {
      budgets[chain] = budgets[chain] * (1 - LEAST_PART) + equal[chain] * LEAST_PART;
    }
  }

  /** Takes back what rounding gave too much. */
  private static void shrinkToFit(int[][] chains, long[] spaceBytes, long[] budgets) {
    long[] left = spaceBytes.clone();
    for (int chain = 0; chain < chains.length; chain++) {
      for (int disk : chains[chain]) {
        left[disk] -= budgets[chain];
      }
    }
    for (int chain = 0; chain < chains.length; chain++) {
      while (budgets[chain] > 0 && Arrays.stream(chains[chain]).anyMatch(disk -> left[disk] < 0)) {
        budgets[chain] -= UNIT_BYTES;
        for (int disk : chains[chain]) {
          left[disk] += UNIT_BYTES;
        }
      }
    }
  }

  /** Scales the chains by what their disks have; returns the largest correction. */
  private static double fit(int[][] chains, long[] spaceBytes, double[] budgets, double[] used) {
    sum(chains, budgets, used);
    double largest = 0;
    double[] factors = new double[spaceBytes.length];
    for (int disk = 0; disk < factors.length; disk++) {
      factors[disk] = used[disk] > 0 ? spaceBytes[disk] / used[disk] : 0;
      if (used[disk] > 0) {
        largest = Math.max(largest, Math.abs(factors[disk] - 1));
      }
    }
    for (int chain = 0; chain < chains.length; chain++) {
      double product = 1;
      for (int disk : chains[chain]) {
        product *= factors[disk];
      }
      budgets[chain] *= StrictMath.pow(product, 1.0 / chains[chain].length);
    }
    return largest;
  }

  private static void sum(int[][] chains, double[] budgets, double[] used) {
    Arrays.fill(used, 0);
    for (int chain = 0; chain < chains.length; chain++) {
      for (int disk : chains[chain]) {
        used[disk] += budgets[chain];
      }
    }
  }
}
