package io.luciola.cluster.disk;

import java.util.List;

/**
 * What an administrator asks for.
 *
 * @param addresses the NVMe controllers
 * @param hugePages whether huge pages that no process uses are given back too
 */
public record ReleaseRequest(List<PciAddress> addresses, boolean hugePages) {

  public ReleaseRequest {
    addresses = addresses.stream().distinct().toList();
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no drive is named");
    }
  }
}
