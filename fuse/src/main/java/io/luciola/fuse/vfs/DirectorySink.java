package io.luciola.fuse.vfs;

import com.google.protobuf.ByteString;
import io.luciola.cluster.meta.proto.Inode;

/** Takes the entries of a directory one by one. */
@FunctionalInterface
public interface DirectorySink {

  /**
   * Takes an entry, or refuses it for want of room; after a refusal nothing more comes.
   *
   * @param name "." and ".." come first
   * @param inode whole when attributes were asked for, otherwise (and for "." and "..") id and type
   * @param nextOffset where to continue after this entry
   */
  boolean accept(ByteString name, Inode inode, long nextOffset);
}
