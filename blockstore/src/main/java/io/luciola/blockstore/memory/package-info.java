/** Memory for I/O: bounded, page-aligned, mapped once. */
package io.luciola.blockstore.memory;
