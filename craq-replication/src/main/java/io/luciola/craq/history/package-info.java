/**
 * Judges what clients saw of one chunk: a {@link io.luciola.craq.history.ChunkHistory} goes in, a
 * {@link io.luciola.craq.history.Verdict} comes out. One checker for each read mode. Contents are
 * compared by who wrote them, never by bytes. For simulations and for measurements of real
 * processes; the protocol itself does not use it. Nothing here is safe for use by several threads
 * at once.
 */
package io.luciola.craq.history;
