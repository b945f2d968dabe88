/**
 * Files and block devices of this machine, by pread(2) and pwrite(2) or through io_uring; page
 * cache or direct.
 */
package io.luciola.fio.engine.posix;
