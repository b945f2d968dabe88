package io.luciola.cluster.storage;

import io.luciola.cluster.mgmtd.proto.DiskReport;
import io.luciola.cluster.mgmtd.proto.TargetOnDisk;
import java.util.List;

/**
 * What the node's thread last found out about the disks.
 *
 * @param reports of all slots
 * @param retired targets that were to be removed, and are gone
 */
record DiskNews(List<DiskReport> reports, List<TargetOnDisk> retired) {

  static final DiskNews NONE = new DiskNews(List.of(), List.of());
}
