/**
 * Files of a Luciola file system through the client library: the path that applications take,
 * without FUSE.
 */
package io.luciola.fio.engine.cluster;
