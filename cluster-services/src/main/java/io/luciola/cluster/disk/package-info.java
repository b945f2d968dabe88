/**
 * Hands NVMe drives over from the kernel to user space and back: what drives there are, what holds
 * them, which steps a change takes, and doing these.
 *
 * <p>Everything is read and written through {@link io.luciola.cluster.disk.SystemFiles}, so that it
 * also works on a tree of files that looks like a machine. Nothing here prints.
 */
package io.luciola.cluster.disk;
