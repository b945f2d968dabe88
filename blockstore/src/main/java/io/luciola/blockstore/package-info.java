/** The polled block engine. */
package io.luciola.blockstore;
