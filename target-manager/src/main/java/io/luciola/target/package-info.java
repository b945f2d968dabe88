/**
 * A node's disks split into targets: opening and formatting disks, and creating targets on them.
 */
package io.luciola.target;
