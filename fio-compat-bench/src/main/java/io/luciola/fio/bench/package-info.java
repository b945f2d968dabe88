/**
 * The verb {@code bench}: comparisons that are repeated with one command.
 *
 * <p>A {@link io.luciola.fio.bench.BenchCase} gives rows of the table. Most are a {@code PairCase}:
 * the same job on Luciola and on a reference, by turns, each run in a process of its own ({@code
 * FioProcess}), and {@code Criterion}s which judge the pairs. {@code ManyChunksCase} fills a sparse
 * device. {@code EngineCases} is the list of them, {@code Workspace} makes the files they need and
 * removes them, {@code ResultTable} and {@code ResultJson} print.
 */
package io.luciola.fio.bench;
