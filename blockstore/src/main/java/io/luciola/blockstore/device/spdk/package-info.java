/**
 * NVMe drives through SPDK: one environment per process, one controller per drive, one queue pair
 * per device.
 */
package io.luciola.blockstore.device.spdk;
