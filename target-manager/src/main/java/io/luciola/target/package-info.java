/**
 * A node's disks split into targets: opening and formatting disks, creating targets on them, taking
 * them off again, and telling what is there.
 */
package io.luciola.target;
