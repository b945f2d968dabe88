package io.luciola.fio.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What cases measure with.
 *
 * @param workspace their files
 * @param children their processes
 * @param progress who is told how far they are
 * @param systemFio the system's fio; null when no case needs it
 */
record Rig(Workspace workspace, Children children, Progress progress, @Nullable Path systemFio) {

  BenchOptions options() {
    return workspace.options();
  }
}
