/**
 * Chains, chain tables and file layouts: pure functions and records, without I/O, threads or
 * clocks.
 */
package io.luciola.chaintable;
