package io.luciola.spdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Compiles the stand-in for SPDK, whose C sources are resources beside this class. */
final class StandInLibrary {

  private static final String HEADER = "standin.h";
  private static final List<String> SOURCES =
      List.of("env.c", "controller.c", "queue.c", "loop.c", "control.c");

  private StandInLibrary() {}

  /**
   * Compiles into a directory. Without a C compiler the running test is skipped.
   *
   * @param flags further arguments of the compiler, to make a library that lacks something
   */
  static Path compile(Path directory, String... flags) {
    Assumptions.assumeTrue(
        hasCompiler(), "skipped: no C compiler (cc) in PATH to make the stand-in for SPDK with");
    try {
      unpack(HEADER, directory);
      Path library = directory.resolve("libspdk_umbrella.so");
      List<String> command = new ArrayList<>();
      command.addAll(List.of("cc", "-std=gnu11", "-O2", "-shared", "-fPIC", "-Wall", "-Wextra"));
      // The library's own calls must not end in another SPDK that is loaded already.
      command.addAll(List.of("-Werror", "-Wl,-Bsymbolic", "-o", library.toString()));
      command.addAll(List.of(flags));
      for (String source : SOURCES) {
        command.add(unpack(source, directory).toString());
      }
      Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(compiler.getInputStream().readAllBytes(), UTF_8);
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException("The stand-in does not compile:\n" + output);
      }
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the stand-in was compiled", e);
    }
  }

  private static boolean hasCompiler() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory).resolve("cc")));
  }

  private static Path unpack(String name, Path directory) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = StandInLibrary.class.getResourceAsStream("standin/" + name)) {
      Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
    }
    return file;
  }
}
