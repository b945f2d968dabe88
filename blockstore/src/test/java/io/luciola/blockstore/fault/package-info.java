/**
 * Devices that misbehave on purpose, for the tests of any module: each wraps a {@link
 * io.luciola.blockstore.device.BlockDevice} of any kind, does one thing, and can be wrapped by the
 * next. Everything random comes from a seed.
 */
package io.luciola.blockstore.fault;
