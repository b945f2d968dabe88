package io.luciola.chaintable.placement;

/**
 * A chain table that is wanted.
 *
 * @param tableId positive
 * @param targetsPerDisk from 1 to 99, on a disk of mean size; others get targets in proportion
 * @param replicas targets of a chain, from 1
 */
public record TableRequest(int tableId, int targetsPerDisk, int replicas) {

  /** Checks the ranges. */
  public TableRequest {
    Requirement.holds(tableId >= 1, "a chain table id is positive, not " + tableId);
    Requirement.holds(
        targetsPerDisk >= 1 && targetsPerDisk <= TargetIds.MAX_NUMBER,
        "targets per disk must be from 1 to 99, not " + targetsPerDisk);
    Requirement.holds(replicas >= 1, "a chain needs at least 1 replica, not " + replicas);
  }
}
