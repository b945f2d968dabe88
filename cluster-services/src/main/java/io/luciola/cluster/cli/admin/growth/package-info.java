/**
 * The verbs of {@code luciola admin} for disks that come and go: list-disks, add-disk, grow,
 * replace-disk and retire-target. Those that change something plan it from what Mgmtd says, and
 * wait until the nodes have done it.
 */
package io.luciola.cluster.cli.admin.growth;
