package io.luciola.chaintable.allocation;

/**
 * What is known of a chain's space.
 *
 * @param budgetBytes what each of its targets may hold, and has room for on its disk; not negative
 * @param freeBytes what the fullest of its targets can still take; not negative
 * @param complete whether all its replicas serve
 */
public record ChainSpace(long budgetBytes, long freeBytes, boolean complete) {}
