/** Reports of a run in fio's forms: text, JSON, and the line that shows progress. */
package io.luciola.fio.output;
