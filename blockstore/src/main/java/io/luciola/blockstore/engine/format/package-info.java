/**
 * The bytes on the device: layout, superblock, records and their entries. {@code
 * docs/on-disk-format.md} draws them.
 */
package io.luciola.blockstore.engine.format;
