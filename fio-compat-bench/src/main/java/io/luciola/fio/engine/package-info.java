/**
 * What jobs do I/O on: the interface of an I/O engine and the engines themselves.
 *
 * <p>An {@link io.luciola.fio.engine.IoEngine} is found by its name through the service loader; it
 * lays out a job's files and opens one {@link io.luciola.fio.engine.IoChannel} per job thread.
 */
package io.luciola.fio.engine;
