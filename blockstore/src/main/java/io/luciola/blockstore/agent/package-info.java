/** Polled agents: what they promise, what runs them, and how they idle. */
package io.luciola.blockstore.agent;
