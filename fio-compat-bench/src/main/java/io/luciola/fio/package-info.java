/**
 * Benchmarks in fio's language: fio job files and options in, fio's text and JSON out.
 *
 * <p>The way of a run: {@code cli} takes the arguments, {@code job} turns them into jobs, {@code
 * run} gives each job a thread that drives a channel of an {@code engine}, {@code stats} counts,
 * {@code output} reports.
 */
package io.luciola.fio;
