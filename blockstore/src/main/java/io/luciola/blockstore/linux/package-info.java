/**
 * Linux and memory from Java: system calls that answer with negative errnos, and off-heap memory by
 * absolute address. Nothing here knows of devices or files' content.
 */
package io.luciola.blockstore.linux;
