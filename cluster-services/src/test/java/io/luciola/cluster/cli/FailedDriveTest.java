package io.luciola.cluster.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.luciola.blockstore.device.spdk.StandInDevices;
import io.luciola.blockstore.linux.Errno;
import io.luciola.blockstore.linux.Memory;
import io.luciola.chaintable.FileLayout;
import io.luciola.cluster.client.ChainDataPath;
import io.luciola.cluster.client.DataPath;
import io.luciola.cluster.client.DataPathOptions;
import io.luciola.cluster.client.ReadMode;
import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.config.HostPort;
import io.luciola.cluster.config.MgmtdConfig;
import io.luciola.cluster.config.PlacementConfig;
import io.luciola.cluster.config.StorageConfig;
import io.luciola.cluster.mgmtd.MgmtdClient;
import io.luciola.cluster.mgmtd.MgmtdServer;
import io.luciola.cluster.mgmtd.RoutingFollower;
import io.luciola.cluster.mgmtd.proto.Disk;
import io.luciola.cluster.routing.TargetPlacement;
import io.luciola.cluster.storage.StorageService;
import io.luciola.spdk.StandInDrive;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** A storage node with two drives, one of which is pulled out under load. */
@Timeout(60)
class FailedDriveTest {

  private static final long DRIVE_BYTES = 64 << 20;
  private static final int SECTOR_BYTES = 512;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int DEPTH = 16;
  private static final long SECOND_NS = 1_000_000_000;
  private static final long DEADLINE_NS = SECOND_NS / 2;

  /** What a loaded machine may add. */
  private static final long SLACK_NS = 20 * SECOND_NS;

  private static final DataPathOptions HASTY = DataPathOptions.DEFAULTS.withDeadlineNs(DEADLINE_NS);
  private static final DataPathOptions PATIENT =
      DataPathOptions.DEFAULTS.withDeadlineNs(20 * SECOND_NS);

  @TempDir Path directory;

  private final StandInDevices devices = StandInDevices.local(SECTOR_BYTES, DRIVE_BYTES);
  private final StandInDrive pulled = devices.drive();
  private final StandInDrive other = devices.addLocal(SECTOR_BYTES, DRIVE_BYTES);
  private final Log log = new Log();
  private final long memory = Memory.allocate((long) DEPTH * CHUNK_BYTES);

  private MgmtdServer mgmtd;
  private MgmtdClient client;
  private RoutingFollower routing;

  /** What is said, by whom; a list that any thread may add to. */
  private static final class Log extends AppenderBase<ILoggingEvent> {
    final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    List<String> errorsThatName(String loggers, String what) {
      return events.stream()
          .filter(event -> event.getLevel() == Level.ERROR)
          .filter(event -> event.getLoggerName().startsWith(loggers))
          .map(ILoggingEvent::getFormattedMessage)
          .filter(message -> message.contains(what))
          .toList();
    }
  }

  @BeforeEach
  void start() throws Exception {
    devices.useInProcess();
    log.start();
    rootLogger().addAppender(log);
    mgmtd =
        MgmtdServer.start(
            MgmtdConfig.embedded(
                new HostPort("127.0.0.1", 0),
                directory.resolve("mgmtd"),
                new PlacementConfig(1, 1, 2, 1)));
    client = new MgmtdClient(new ClusterSpec(List.of(mgmtd.address())));
    routing = new RoutingFollower(client, map -> {});
  }

  @AfterEach
  void stop() {
    routing.close();
    client.close();
    mgmtd.close();
    rootLogger().detachAppender(log);
    devices.close();
    Memory.free(memory, (long) DEPTH * CHUNK_BYTES);
  }

  private static Logger rootLogger() {
    return (Logger) LoggerFactory.getLogger("io.luciola");
  }

  private static String nameOf(StandInDrive drive) {
    return "spdk:" + drive.id().address();
  }

  private StorageService startNode(String threading) throws Exception {
    StorageService node =
        StorageService.start(
            new StorageConfig(
                1,
                new HostPort("127.0.0.1", 0),
                List.of(mgmtd.address()),
                List.of(nameOf(pulled), nameOf(other)),
                null,
                true,
                threading,
                null,
                null,
                null));
    assertTrue(routing.awaitTable(Duration.ofSeconds(10)));
    return node;
  }

  private ChainDataPath dataPath(long id, DataPathOptions options) {
    return new ChainDataPath(
        routing::table, _ -> {}, options, id, System::nanoTime, new Random(id));
  }

  /** A layout over the chains of one drive. */
  private FileLayout on(StandInDrive drive) {
    Disk disk =
        routing.map().getNodes(0).getDisksList().stream()
            .filter(each -> each.getDevice().equals(nameOf(drive)))
            .findFirst()
            .orElseThrow();
    int[] chains =
        routing.table().targetsOn(1).stream()
            .filter(target -> hex(target).equals(disk.getUuid()))
            .mapToInt(TargetPlacement::chainId)
            .toArray();
    assertEquals(2, chains.length);
    return FileLayout.whole(CHUNK_BYTES, chains);
  }

  private static String hex(TargetPlacement target) {
    return target.diskUuid().toString().replace("-", "");
  }

  private record Status(int exitCode, String text) {}

  private Status status() {
    return run("cluster", "status");
  }

  private Status admin(String... words) {
    return run(Stream.concat(Stream.of("admin"), Stream.of(words)).toArray(String[]::new));
  }

  private Status run(String... words) {
    StringWriter out = new StringWriter();
    CommandLine line = Luciola.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(out, true));
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--cluster", "luciola://" + mgmtd.address() + "/"));
    return new Status(line.execute(all.toArray(String[]::new)), out.toString());
  }

  private static void await(String what, BooleanSupplier condition) {
    long fromNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - fromNs < SLACK_NS, what);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private byte[] fill(DataPath path, FileLayout layout, long seed) {
    byte[] content = new byte[DEPTH * CHUNK_BYTES];
    new Random(seed).nextBytes(content);
    Memory.put(memory, content, 0, content.length);
    assertEquals(content.length, path.writeNow(layout, 1, 0, content.length, memory));
    return content;
  }

  private boolean isThere(DataPath path, FileLayout layout, byte[] content) {
    Memory.fill(memory, content.length, (byte) 0);
    int result = path.readNow(layout, 1, 0, content.length, memory);
    byte[] bytes = new byte[content.length];
    Memory.get(memory, bytes, 0, bytes.length);
    return result == content.length && Arrays.equals(content, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  void aDriveThatIsPulledOutTakesItsTargetsOutAndNothingElse(String threading) throws Exception {
    byte[] onPulled;
    byte[] onOther;
    long closedFromNs;
    StorageService node = startNode(threading);
    try (ChainDataPath path = dataPath(1, PATIENT);
        ChainDataPath hasty = dataPath(2, HASTY)) {
      onPulled = fill(path, on(pulled), 1);
      onOther = fill(path, on(other), 2);
      await("it is healthy", () -> status().exitCode == 0);
      assertTrue(isThere(path, on(pulled), onPulled));

      aBadSectorIsNotTheDrivesEnd(path, hasty, onPulled);

      log.events.clear();
      pullOutUnderLoad(hasty, path);
      await("the status shows it", () -> status().text.contains(nameOf(pulled) + " of node 1"));
      Status status = status();
      assertEquals(1, status.exitCode);
      assertTrue(status.text.startsWith("NOT WELL"), status.text);
      assertTrue(status.text.contains("chains 2 of 4 complete"), status.text);
      assertFalse(status.text.contains(nameOf(other)), status.text);
      assertEquals(
          1, log.errorsThatName("io.luciola.cluster.storage", nameOf(pulled)).size(), status.text);
      assertTrue(log.errorsThatName("io.luciola", nameOf(pulled)).size() < 30, "and all the same");
      assertEquals(List.of(), log.errorsThatName("io.luciola", nameOf(other)));

      await(
          "its chains serve no more",
          () -> routing.table().route(on(pulled).chainOf(0)).servingCount() == 0);
      aRequestEndsWithWhatIsTheMatter();
      assertTrue(isThere(path, on(other), onOther));
      await("the drive is let go of", () -> pulled.get("attached") == 0);
      itComesBackWithoutARestart(path, onPulled, onOther);
    } finally {
      closedFromNs = System.nanoTime();
      node.close();
    }
    assertTrue(System.nanoTime() - closedFromNs < SLACK_NS, "it ends in order, and soon");

    try (StorageService _ = startNode(threading);
        ChainDataPath path = dataPath(4, PATIENT)) {
      await("it is healthy again", () -> status().exitCode == 0);
      assertTrue(isThere(path, on(pulled), onPulled), "with its content");
      assertTrue(isThere(path, on(other), onOther));
    }
  }

  private void itComesBackWithoutARestart(ChainDataPath path, byte[] onPulled, byte[] onOther) {
    assertEquals(1, admin("add-disk", "--node", "1").exitCode, "it is still away");
    pulled.plugIn();
    Status added = admin("add-disk", "--node", "1");
    assertEquals(0, added.exitCode, added.text);
    await("it is healthy again, without a restart", () -> status().exitCode == 0);
    assertTrue(isThere(path, on(pulled), onPulled), "with its content");
    assertTrue(isThere(path, on(other), onOther));
    assertArrayEquals(fill(path, on(pulled), 1), onPulled, "and is written");
  }

  private void aBadSectorIsNotTheDrivesEnd(DataPath path, DataPath hasty, byte[] content) {
    pulled.setBadSector(sectorOf(content));
    assertEquals(-Errno.EIO, hasty.readNow(on(pulled), 1, 0, SECTOR_BYTES, memory));
    assertEquals(
        CHUNK_BYTES, path.readNow(on(pulled), 1, CHUNK_BYTES, CHUNK_BYTES, memory), "the next one");
    assertEquals(0, status().exitCode);
    pulled.setBadSector(-1);
    assertTrue(isThere(path, on(pulled), content));
  }

  /** Where on the pulled drive the first bytes of the content are. */
  private long sectorOf(byte[] content) {
    MemorySegment data = pulled.data(1, DRIVE_BYTES);
    long start = MemorySegment.ofArray(content).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    for (long at = 0; at < DRIVE_BYTES; at += 4096) {
      if (data.get(ValueLayout.JAVA_LONG_UNALIGNED, at) == start) {
        return at / SECTOR_BYTES;
      }
    }
    throw new AssertionError("the content is not on the drive");
  }

  /** Reads and writes to both drives, in flight all the time. */
  private void pullOutUnderLoad(DataPath toPulled, DataPath toOther) {
    Load[] loads = {new Load(toPulled, on(pulled), 10), new Load(toOther, on(other), 11)};
    long untilNs = System.nanoTime() + SLACK_NS;
    while (loads[0].ended < 100 && System.nanoTime() < untilNs) {
      loads[0].keepUp();
      loads[1].keepUp();
    }
    assertEquals(0, loads[0].failed + loads[1].failed, "before it is pulled out");
    pulled.remove();
    loads[1].ended = 0;
    while (loads[0].failed < DEPTH && System.nanoTime() < untilNs) {
      loads[0].keepUp();
      loads[1].keepUp();
    }
    loads[0].finish();
    loads[1].finish();
    assertTrue(loads[0].failed >= DEPTH, "requests to the pulled drive fail");
    assertEquals(0, loads[1].failed, "requests to the other one do not");
    assertTrue(loads[1].ended > 0, "and go on");
  }

  /** Small reads and writes of one file. */
  private final class Load implements DataPath.Completion {
    private final DataPath path;
    private final FileLayout layout;
    private final long inode;
    private int started;
    private int ended;
    private int failed;

    Load(DataPath path, FileLayout layout, long inode) {
      this.path = path;
      this.layout = layout;
      this.inode = inode;
    }

    void keepUp() {
      while (path.inFlight() < DEPTH) {
        // What is written stays as it is: what is read goes elsewhere.
        long at = (long) (started % DEPTH) * CHUNK_BYTES;
        int answer =
            started % 2 == 0
                ? path.write(layout, inode, at, 4096, memory + at, started)
                : path.read(
                    layout, inode, at, 4096, memory + at + 4096, started, ReadMode.LINEARIZABLE);
        assertEquals(DataPath.ACCEPTED, answer);
        started++;
      }
      path.await(this, 1_000_000);
    }

    void finish() {
      while (path.inFlight() > 0) {
        path.await(this, SECOND_NS / 10);
      }
    }

    @Override
    public void onCompletion(long tag, int result) {
      ended++;
      failed += result < 0 ? 1 : 0;
    }
  }

  private void aRequestEndsWithWhatIsTheMatter() {
    log.events.clear();
    long fromNs = System.nanoTime();
    try (ChainDataPath path = dataPath(3, HASTY)) {
      assertEquals(-Errno.EIO, path.readNow(on(pulled), 1, 0, 4096, memory));
      assertEquals(-Errno.EIO, path.writeNow(on(pulled), 1, 0, 4096, memory));
    }
    assertTrue(System.nanoTime() - fromNs < 2 * DEADLINE_NS + SLACK_NS);
    // The chain may serve again at any time, so that is waited for, up to the deadline.
    assertEquals(
        2,
        log.errorsThatName(DataPath.class.getPackageName(), "no replica of the chain serves")
            .size(),
        log.events::toString);
  }
}
