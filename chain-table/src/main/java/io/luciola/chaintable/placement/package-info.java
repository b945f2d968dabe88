/** Targets on disks, and chain tables made of them: generated from a seed by a rule. */
package io.luciola.chaintable.placement;
