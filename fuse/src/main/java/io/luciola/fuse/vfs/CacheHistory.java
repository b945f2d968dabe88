package io.luciola.fuse.vfs;

import io.luciola.cluster.meta.proto.Inode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers how files looked when they were last opened here, to tell whether the kernel's cached
 * pages are still good. Bounded: the longest unused is forgotten, which costs a cache, not truth.
 */
final class CacheHistory {

  private static final int MAX_FILES = 65_536;

  private final LinkedHashMap<Long, Look> looks =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Look> eldest) {
          return size() > MAX_FILES;
        }
      };

  /** Notes how a file looks at an open; true when it looked the same at the last one. */
  synchronized boolean unchangedSinceLastOpen(Inode attributes) {
    Look look =
        new Look(
            attributes.getMtimeNs(),
            attributes.getCtimeNs(),
            attributes.getLengthBytes(),
            attributes.getTruncateVersion());
    return look.equals(looks.put(attributes.getId(), look));
  }

  private record Look(long mtimeNs, long ctimeNs, long lengthBytes, int truncateVersion) {}
}
