/**
 * Looks at a device without changing it: checks every invariant of the format ({@link
 * io.luciola.blockstore.engine.check.DeviceCheck}) and reads single chunks ({@link
 * io.luciola.blockstore.engine.check.ChunkReader}).
 *
 * <p>It walks the device on its own, by {@code docs/on-disk-format.md}, and shares with the engine
 * only the names of fields: so a fault in the engine's loading does not hide here.
 */
package io.luciola.blockstore.engine.check;
