/**
 * Metadata in pages of 4 KiB: in memory, which of them changed, and what a checkpoint that is being
 * written must still say of them.
 */
package io.luciola.blockstore.engine.pages;
