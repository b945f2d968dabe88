/** Chooses the chains of files. */
package io.luciola.chaintable.allocation;
