package io.luciola.chaintable.placement;

import java.util.Arrays;

/**
 * Gives each place of a chain one of its node's disks: each disk as often in a round as it has
 * room, and pairs of disks together as seldom as a search gets, so that a lost disk is read from
 * many others.
 */
final class DiskChoice {

  private static final int TRIES_PER_CHAIN = 60;

  private final DiskTree tree;
  private final int replicas;
  private final int[] bounds;
  private final SplitMix64 random;
  private final int[][] chains;

  /** By disk: the disks it meets, one entry for each time. */
  private final int[][] partners;

  private final int[] partnerCount;

  private DiskChoice(
      DiskTree tree, int replicas, int[] bounds, int[][] room, int[][] groups, SplitMix64 random) {
    this.tree = tree;
    this.replicas = replicas;
    this.bounds = bounds;
    this.random = random;
    chains = new int[groups.length][replicas];
    partners = new int[tree.disks.size()][];
    partnerCount = new int[partners.length];
    for (int disk = 0; disk < partners.length; disk++) {
      int total = 0;
      for (int[] ofRound : room) {
        total += ofRound[disk];
      }
      partners[disk] = new int[total * (replicas - 1)];
    }
  }

  /**
   * Chooses.
   *
   * @param room by round and disk, how often the disk is to be in it
   * @param groups per chain its nodes
   * @return per chain its disks
   */
  static int[][] choose(
      DiskTree tree, int replicas, int[] bounds, int[][] room, int[][] groups, SplitMix64 random) {
    DiskChoice choice = new DiskChoice(tree, replicas, bounds, room, groups, random);
    for (int round = 0; round < room.length; round++) {
      choice.deal(round, room[round], groups);
    }
    for (int[] chain : choice.chains) {
      choice.meetAll(chain);
    }
    if (replicas > 1) {
      choice.spread();
    }
    return choice.chains;
  }

  /** Deals each node's disks of a round to the node's chains of the round. */
  private void deal(int round, int[] room, int[][] groups) {
    int[][] hands = new int[tree.nodes.size()][0];
    for (int disk = 0; disk < room.length; disk++) {
      int node = tree.nodeOfDisk[disk];
      int length = hands[node].length;
      hands[node] = Arrays.copyOf(hands[node], length + room[disk]);
      Arrays.fill(hands[node], length, length + room[disk], disk);
    }
    int[] dealt = new int[hands.length];
    for (int[] hand : hands) {
      random.shuffle(hand);
    }
    for (int chain = bounds[round]; chain < bounds[round + 1]; chain++) {
      for (int place = 0; place < replicas; place++) {
        int node = groups[chain][place];
        chains[chain][place] = hands[node][dealt[node]++];
      }
      random.shuffle(chains[chain]);
    }
  }

  /** Two chains of a round that share a node swap its disks unless that makes more pairs meet. */
  private void spread() {
    for (int round = 0; round + 1 < bounds.length; round++) {
      int[][] places = placesByNode(round);
      long tries = (long) TRIES_PER_CHAIN * (bounds[round + 1] - bounds[round]);
      for (long i = 0; i < tries; i++) {
        int[] ofNode = places[random.below(places.length)];
        if (ofNode.length >= 2) {
          trySwap(ofNode[random.below(ofNode.length)], ofNode[random.below(ofNode.length)]);
        }
      }
    }
  }

  /** By node: where in the round it is, as chain times replicas plus place. */
  private int[][] placesByNode(int round) {
    int[][] places = new int[tree.nodes.size()][0];
    int[] count = new int[places.length];
    for (int chain = bounds[round]; chain < bounds[round + 1]; chain++) {
      for (int place = 0; place < replicas; place++) {
        int node = tree.nodeOfDisk[chains[chain][place]];
        if (count[node] == places[node].length) {
          places[node] = Arrays.copyOf(places[node], Math.max(4, 2 * count[node]));
        }
        places[node][count[node]++] = chain * replicas + place;
      }
    }
    for (int node = 0; node < places.length; node++) {
      places[node] = Arrays.copyOf(places[node], count[node]);
    }
    return places;
  }

  private void trySwap(int at, int otherAt) {
    int[] chain = chains[at / replicas];
    int[] other = chains[otherAt / replicas];
    int place = at % replicas;
    int otherPlace = otherAt % replicas;
    int disk = chain[place];
    int otherDisk = other[otherPlace];
    if (chain == other || disk == otherDisk) {
      return;
    }
    int now = meetings(disk, chain, place) + meetings(otherDisk, other, otherPlace);
    int then = meetings(otherDisk, chain, place) + meetings(disk, other, otherPlace);
    // The sum of squares of how often pairs meet must not rise; now counts these meetings, too.
    if (then <= now - 2 * (replicas - 1)) {
      swap(chain, place, other, otherPlace);
    }
  }

  private void swap(int[] chain, int place, int[] other, int otherPlace) {
    partAll(chain, place);
    partAll(other, otherPlace);
    int disk = chain[place];
    chain[place] = other[otherPlace];
    other[otherPlace] = disk;
    meetOthers(chain, place);
    meetOthers(other, otherPlace);
  }

  /** How often a disk meets the others of a chain. */
  private int meetings(int disk, int[] chain, int place) {
    int meetings = 0;
    for (int i = 0; i < partnerCount[disk]; i++) {
      int partner = partners[disk][i];
      for (int j = 0; j < replicas; j++) {
        meetings += j != place && chain[j] == partner ? 1 : 0;
      }
    }
    return meetings;
  }

  private void meetAll(int[] chain) {
    for (int i = 0; i < replicas; i++) {
      for (int j = 0; j < replicas; j++) {
        if (i != j) {
          partners[chain[i]][partnerCount[chain[i]]++] = chain[j];
        }
      }
    }
  }

  private void meetOthers(int[] chain, int place) {
    for (int i = 0; i < replicas; i++) {
      if (i != place) {
        add(chain[i], chain[place]);
        add(chain[place], chain[i]);
      }
    }
  }

  private void partAll(int[] chain, int place) {
    for (int i = 0; i < replicas; i++) {
      if (i != place) {
        remove(chain[i], chain[place]);
        remove(chain[place], chain[i]);
      }
    }
  }

  private void add(int disk, int partner) {
    partners[disk][partnerCount[disk]++] = partner;
  }

  private void remove(int disk, int partner) {
    for (int i = 0; i < partnerCount[disk]; i++) {
      if (partners[disk][i] == partner) {
        partners[disk][i] = partners[disk][--partnerCount[disk]];
        return;
      }
    }
  }
}
