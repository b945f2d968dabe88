/** Mounts of real clusters: processes of their own, killed and restarted. */
package io.luciola.fuse.cluster;
