package io.luciola.spdk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What happens once in a process, each in one of its own: started by {@link SpdkProcessTest}. */
final class SpdkProcess {

  private static final EnvironmentOptions OPTIONS =
      EnvironmentOptions.defaults("process").withAllowedPciAddresses(List.of("00aa:00:01.0"));

  private static final int SECTOR_BYTES = 512;
  private static final long SECTORS = 100;

  private SpdkProcess() {}

  /** Runs the scenario that is named; prints "ok" when all was as it should. */
  public static void main(String[] args) throws Exception {
    SpdkLocation.Found library = StandInSpdk.location();
    switch (args[0]) {
      case "signal" -> keepsTheHandlerOfBusErrors(library, Path.of(args[1]));
      case "affinity" -> keepsTheProcessorsOfTheThread(library);
      case "end" -> endsInOrder(library);
      case "failure" -> failsAndStaysFailed(library);
      case "retry" -> takesAnotherLibraryAfterABadOne(library, Path.of(args[1]));
      case "before" -> refusesCallsBeforeTheStart();
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.out.println("ok");
  }

  // The error is thrown at the access or soon after it.
  @SuppressWarnings("ResultOfMethodCallIgnored")
  private static void keepsTheHandlerOfBusErrors(SpdkLocation.Found library, Path file)
      throws IOException {
    Spdk.start(library, OPTIONS);
    Files.write(file, new byte[1 << 16]);
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 16, arena);
      channel.truncate(0);
      // Without the JVM's handler, the stand-in's ends the process.
      expect(InternalError.class, () -> mapped.get(ValueLayout.JAVA_BYTE, 1 << 15));
    }
  }

  private static void keepsTheProcessorsOfTheThread(SpdkLocation.Found library) throws IOException {
    String before = allowedProcessors();
    Spdk.start(library, OPTIONS);
    check(before.equals(allowedProcessors()), "processors " + allowedProcessors());
  }

  private static String allowedProcessors() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .findFirst()
        .orElseThrow();
  }

  private static void endsInOrder(SpdkLocation.Found library) {
    Spdk spdk = Spdk.start(library, OPTIONS);
    expect(IllegalStateException.class, () -> Spdk.start(library, OPTIONS));
    expect(
        IllegalArgumentException.class,
        () -> spdk.connect(TransportId.pcie("00aa:00:02.0"), ControllerOptions.defaults()));
    TransportId id = TransportId.pcie("00aa:00:01.0");
    StandInControls.create(id, SECTOR_BYTES, SECTORS);
    NvmeController controller = spdk.connect(id, ControllerOptions.defaults());
    expect(IllegalStateException.class, spdk::close);
    controller.close();
    spdk.close();
    spdk.close();
    expect(IllegalStateException.class, () -> spdk.allocate(1, 1));
    expect(IllegalStateException.class, () -> spdk.probe(TransportId.allLocal()));
    expect(IllegalStateException.class, () -> spdk.connect(id, ControllerOptions.defaults()));
    expect(IllegalStateException.class, () -> spdk.register(2 << 20, 2 << 20));
    expect(IllegalStateException.class, () -> Spdk.start(library, OPTIONS));
  }

  private static void failsAndStaysFailed(SpdkLocation.Found library) {
    StandInControls.setGlobal("set_env_init_result", -22);
    SpdkException e = expect(SpdkException.class, () -> Spdk.start(library, OPTIONS));
    check(e.errno() == 22, "errno " + e.errno());
    check(e.getMessage().contains("hugetlbfs"), e.getMessage());
    StandInControls.setGlobal("set_env_init_result", 0);
    expect(IllegalStateException.class, () -> Spdk.start(library, OPTIONS));
  }

  private static void takesAnotherLibraryAfterABadOne(SpdkLocation.Found library, Path bad) {
    expect(
        SpdkException.class, () -> Spdk.start(new SpdkLocation.Found(bad, "incomplete"), OPTIONS));
    Spdk.start(library, OPTIONS).close();
  }

  private static void refusesCallsBeforeTheStart() {
    expect(IllegalStateException.class, SpdkLibrary::loaded);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }

  private static <T extends Throwable> T expect(Class<T> type, Runnable action) {
    try {
      action.run();
    } catch (Throwable t) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
      throw new AssertionError("another exception than " + type, t);
    }
    throw new AssertionError("no " + type);
  }
}
