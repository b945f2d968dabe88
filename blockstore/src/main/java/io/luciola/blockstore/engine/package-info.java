/**
 * The chunk engine: chunks with committed and pending versions, journal, checkpoint, recovery,
 * checksums.
 */
package io.luciola.blockstore.engine;
