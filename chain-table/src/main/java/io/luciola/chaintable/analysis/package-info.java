/**
 * Judges chain tables: who fills up, who must help when something is lost, how many disks a file
 * uses.
 */
package io.luciola.chaintable.analysis;
