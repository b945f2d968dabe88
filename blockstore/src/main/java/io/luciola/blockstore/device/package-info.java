/** Block devices: the contract, its kinds (io_uring, memory), and how configuration names them. */
package io.luciola.blockstore.device;
