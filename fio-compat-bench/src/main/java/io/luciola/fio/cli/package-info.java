/** The verb {@code fio}: arguments in, reports out, exit code as fio's. */
package io.luciola.fio.cli;
