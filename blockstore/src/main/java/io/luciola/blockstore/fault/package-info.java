/**
 * Devices that misbehave on purpose, for simulations and tests: each wraps a {@link
 * io.luciola.blockstore.device.BlockDevice} of any kind, does one thing, and can be wrapped by the
 * next. Everything random comes from a seed. No service uses them.
 */
package io.luciola.blockstore.fault;
