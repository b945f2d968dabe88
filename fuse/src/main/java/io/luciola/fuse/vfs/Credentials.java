package io.luciola.fuse.vfs;

/** Who asks: the user and group of the process behind a request, unsigned 32-bit each. */
public record Credentials(int uid, int gid) {}
