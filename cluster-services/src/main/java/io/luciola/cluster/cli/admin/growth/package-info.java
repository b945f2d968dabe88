/**
 * The verbs of {@code luciola admin} for disks that come and go: list-disks, add-disk, grow,
 * replace-disk and retire-target. They plan from what Mgmtd says, ask before they change something
 * that is not easily undone, and wait until the nodes have done it.
 */
package io.luciola.cluster.cli.admin.growth;
