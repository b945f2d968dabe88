package io.luciola.fuse.vfs;

import static io.luciola.blockstore.linux.Errno.ENFILE;

import io.luciola.cluster.client.PosixException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Open things by number. Looking up takes no lock and allocates nothing; a number is not used twice
 * before 2^31 others were.
 */
final class HandleTable<T> {

  static final int MAX_OPEN = 1 << 20;

  private static final int FIRST_CAPACITY = 64;

  private volatile AtomicReferenceArray<@Nullable Entry<T>> slots =
      new AtomicReferenceArray<>(FIRST_CAPACITY);
  private final List<Integer> free = new ArrayList<>();
  private int used;
  private long generation;

  /** Enters something; ENFILE when {@link #MAX_OPEN} are open. */
  synchronized long add(T value) {
    int index = free.isEmpty() ? used : free.removeLast();
    if (index == MAX_OPEN) {
      throw new PosixException(ENFILE, MAX_OPEN + " handles are open in this mount");
    }
    if (index == used) {
      used++;
      growTo(used);
    }
    generation = (generation + 1) & Integer.MAX_VALUE;
    long handle = generation << 32 | index;
    slots.set(index, new Entry<>(handle, value));
    return handle;
  }

  /** What a handle stands for, or null. */
  @Nullable T get(long handle) {
    var current = slots;
    int index = (int) handle;
    if (index < 0 || index >= current.length()) {
      return null;
    }
    Entry<T> entry = current.get(index);
    return entry != null && entry.handle == handle ? entry.value : null;
  }

  /** Takes something out and returns it, or null. */
  synchronized @Nullable T remove(long handle) {
    T value = get(handle);
    if (value != null) {
      slots.set((int) handle, null);
      free.add((int) handle);
    }
    return value;
  }

  /** Everything that is open at the moment. */
  synchronized List<Long> handles() {
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < used; i++) {
      Entry<T> entry = slots.get(i);
      if (entry != null) {
        handles.add(entry.handle);
      }
    }
    return handles;
  }

  private void growTo(int wanted) {
    var current = slots;
    if (wanted <= current.length()) {
      return;
    }
    AtomicReferenceArray<@Nullable Entry<T>> larger =
        new AtomicReferenceArray<>(current.length() * 2);
    for (int i = 0; i < current.length(); i++) {
      larger.setPlain(i, current.get(i));
    }
    slots = larger;
  }

  private record Entry<T>(long handle, T value) {}
}
