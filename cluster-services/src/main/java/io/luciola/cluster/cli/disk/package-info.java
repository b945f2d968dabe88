/** {@code luciola disk}: shows the drives of a machine; claims NVMe drives and releases them. */
package io.luciola.cluster.cli.disk;
