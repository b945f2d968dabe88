/**
 * SPDK from Java: where it is on this machine, its environment, and NVMe drives through it. Depends
 * on nothing but the JDK.
 *
 * <p>{@link io.luciola.spdk.SpdkLocator} finds the library, {@link io.luciola.spdk.Spdk} loads and
 * starts it and connects an {@link io.luciola.spdk.NvmeController}, whose {@link
 * io.luciola.spdk.NvmeQueuePair}s do the I/O.
 */
@NullMarked
package io.luciola.spdk;

import org.jspecify.annotations.NullMarked;
