package io.luciola.cluster.cli.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.blockstore.device.BlockDevice;
import io.luciola.blockstore.device.DeviceException;
import io.luciola.blockstore.device.UringDevice;
import io.luciola.cluster.cli.Luciola;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EngineVerbTest {

  private record Outcome(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      return JsonMapper.builder().build().readTree(out);
    }
  }

  @TempDir Path directory;
  private DiskFile disk;
  private final byte[] first = new byte[30_000];
  private final byte[] second = "old, but long enough to be seen".getBytes(UTF_8);

  @BeforeEach
  void makeDisk() {
    disk = new DiskFile(directory.resolve("disk"));
    try (BlockDevice device = UringDevice.open(disk.path)) {
      assertTrue(device.geometry().sizeBytes() > 0);
    } catch (DeviceException e) {
      Assumptions.abort("io_uring is not to be had here: " + e.getMessage());
    }
    new Random(8).nextBytes(first);
  }

  private static Outcome run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Luciola.commandLine(List.of(new EngineVerb()));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int exitCode = line.execute(words);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private void formatAndFill() {
    Outcome formatted = run("engine", "format", "uring:" + disk.path, "--max-chunks", 2000);
    assertEquals(0, formatted.exitCode, formatted.err);
    disk.fill(first, second);
  }

  private long extentOfChunkOne() {
    Outcome dump =
        run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "1", "--hex", "--length", 1);
    assertEquals(0, dump.exitCode, dump.err);
    return Long.parseLong(dump.err.replaceAll("(?s).*?at device offset (\\d+).*", "$1"));
  }

  @Test
  void formatRefusesWhatCarriesAnythingAndSaysWhat() throws IOException {
    formatAndFill();
    Outcome refused = run("engine", "format", disk.path);
    assertEquals(1, refused.exitCode);
    assertTrue(refused.err.contains("2 chunks in 1 targets"), refused.err);
    assertEquals(0, run("engine", "fsck", disk.path).exitCode);

    Outcome forced = run("engine", "format", disk.path, "--force");
    assertEquals(0, forced.exitCode, forced.err);
    assertTrue(forced.out.contains("2 chunks in 1 targets"), forced.out);
    Outcome emptied = run("engine", "inspect", disk.path, "--output", "json");
    assertEquals(0, emptied.json().at("/device/chunks").asInt(-1));

    Path foreign = directory.resolve("foreign");
    UringDevice.create(foreign, 48 << 20);
    DiskFile other = new DiskFile(directory.resolve("other"));
    other.damage((48 << 20) - 100);
    Outcome foreignRefused = run("engine", "format", other.path);
    assertEquals(1, foreignRefused.exitCode);
    assertTrue(foreignRefused.err.contains("offset " + ((48 << 20) - 100)), foreignRefused.err);
    assertEquals(0, run("engine", "format", foreign).exitCode);
  }

  @Test
  void inspectShowsWhatIsOnIt() throws IOException {
    formatAndFill();
    Outcome table = run("engine", "inspect", disk.path);
    assertEquals(0, table.exitCode, table.err + table.out);
    assertTrue(table.out.contains("CLEAN"), table.out);
    JsonNode device = run("engine", "inspect", disk.path, "--output", "json").json().at("/device");
    assertTrue(table.out.contains(device.at("/uuid").asText()), table.out);
    assertEquals(2, device.at("/chunks").asInt());
    assertEquals(1, device.at("/pendings").asInt());
    assertEquals(2000, device.at("/max_chunks").asInt());
    assertEquals(DiskFile.TARGET, device.at("/targets/0/id").asLong());
    assertEquals(2 << 20, device.at("/targets/0/used_bytes").asLong());
    assertEquals(1 << 20, device.at("/extents/0/bytes").asLong());
  }

  @Test
  void fsckNamesWhatIsDamaged() throws IOException {
    formatAndFill();
    Outcome clean = run("engine", "fsck", disk.path);
    assertEquals(0, clean.exitCode, clean.out + clean.err);
    long block = extentOfChunkOne() + 8192;
    disk.damage(block + 17);
    Outcome found = run("engine", "fsck", disk.path);
    assertEquals(1, found.exitCode, found.out);
    assertTrue(
        found.out.contains(
            "target 5 chunk 00000000000000000000000000000001 offset 8192: its block does not match"
                + " its checksum (device offset "
                + block),
        found.out);
    assertEquals(0, run("engine", "fsck", disk.path, "--metadata-only").exitCode);
    JsonNode json = run("engine", "fsck", disk.path, "--output", "json").json();
    assertEquals(1, json.at("/errors").asInt());
    assertEquals(block, json.at("/findings/0/device_offset_bytes").asLong());
    assertEquals(DiskFile.TARGET, json.at("/findings/0/chunk/target_id").asLong());
  }

  @Test
  void fsckSaysWhenItCannotCheck() {
    assertEquals(2, run("engine", "fsck", disk.path).exitCode);
    assertEquals(2, run("engine", "fsck", directory.resolve("nothing")).exitCode);
    Outcome memory = run("engine", "fsck", "memory:4GiB");
    assertEquals(2, memory.exitCode);
    assertTrue(memory.err.contains("lives in the process"), memory.err);
    assertEquals(1, run("engine", "inspect", disk.path).exitCode);
    assertEquals(2, run("engine", "inspect", "tape:0").exitCode);
  }

  @Test
  void dumpChunkWritesVerifiedBytes() throws IOException {
    formatAndFill();
    Path copy = directory.resolve("copy");
    Outcome whole = run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "1", "--out", copy);
    assertEquals(0, whole.exitCode, whole.err);
    assertArrayEquals(first, Files.readAllBytes(copy));
    run(
        "engine",
        "dump-chunk",
        disk.path,
        DiskFile.TARGET,
        "1",
        "--offset",
        5000,
        "--length",
        "8KiB",
        "--out",
        copy);
    assertArrayEquals(Arrays.copyOfRange(first, 5000, 5000 + 8192), Files.readAllBytes(copy));

    Outcome old = run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "0x2", "--hex");
    assertTrue(old.out.contains("|old, but long en|"), old.out);
    Outcome pending =
        run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "2", "--hex", "--pending");
    assertTrue(pending.out.contains("|new, but long en|"), pending.out + pending.err);
    assertTrue(pending.err.contains("version 2"), pending.err);

    assertEquals(1, run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "3").exitCode);
    assertEquals(2, run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "xyz").exitCode);
    disk.damage(extentOfChunkOne() + 4096);
    Outcome corrupt = run("engine", "dump-chunk", disk.path, DiskFile.TARGET, "1", "--out", copy);
    assertEquals(1, corrupt.exitCode);
    assertTrue(corrupt.err.contains("its block at offset 4096"), corrupt.err);
    assertArrayEquals(Arrays.copyOf(first, 4096), Files.readAllBytes(copy));
  }

  @Test
  void scrubVerifiesEverythingOnce() throws IOException {
    formatAndFill();
    Outcome clean = run("engine", "scrub", disk.path);
    assertEquals(0, clean.exitCode, clean.out + clean.err);
    disk.damage(extentOfChunkOne());
    Outcome damaged = run("engine", "scrub", disk.path, "--rate", "1GiB");
    assertEquals(1, damaged.exitCode, damaged.out);
    assertTrue(damaged.out.contains("is corrupt at offset 0"), damaged.out);
    assertTrue(damaged.out.contains("1 bad blocks"), damaged.out);
    assertEquals(2, run("engine", "scrub", disk.path, "--rate", "0").exitCode);
  }

  @Test
  void aTargetIsRemovedWithItsChunks() throws IOException {
    formatAndFill();
    assertEquals(2, run("engine", "remove-target", disk.path, DiskFile.TARGET).exitCode);
    assertEquals(1, run("engine", "remove-target", disk.path, 77, "--accept-data-loss").exitCode);
    Outcome removed =
        run("engine", "remove-target", disk.path, DiskFile.TARGET, "--accept-data-loss");
    assertEquals(0, removed.exitCode, removed.out);
    assertTrue(removed.out.contains("target 5 is removed"), removed.out);
    JsonNode left = run("engine", "inspect", disk.path, "--output", "json").json();
    assertTrue(left.at("/targets").isEmpty(), left.toPrettyString());
    assertEquals(0, run("engine", "fsck", disk.path).exitCode);
  }

  @Test
  void lossesOfATargetAreAcceptedOnceTheyAreKnown() throws IOException {
    formatAndFill();
    assertEquals(0, run("engine", "accept-losses", disk.path, DiskFile.TARGET).exitCode);
    JsonNode whole = run("engine", "inspect", disk.path, "--output", "json").json();
    assertEquals("", whole.at("/findings/0/what").asText());
    damageChunkPage();
    JsonNode damaged = run("engine", "inspect", disk.path, "--output", "json").json();
    assertTrue(damaged.at("/findings/0/what").asText().contains("chunks on it are lost"));
    run("engine", "scrub", disk.path);
    Outcome lossy = run("engine", "fsck", disk.path);
    assertEquals(1, lossy.exitCode);
    assertTrue(lossy.out.contains("target 5 is lossy"), lossy.out);
    assertEquals(1, run("engine", "accept-losses", disk.path, 77).exitCode);
    assertEquals(0, run("engine", "accept-losses", disk.path, DiskFile.TARGET).exitCode);
    Outcome accepted = run("engine", "fsck", disk.path);
    assertEquals(0, accepted.exitCode, accepted.out);
  }

  /** Finds the only chunk page by the magic, type and number that it begins with. */
  private void damageChunkPage() throws IOException {
    byte[] bytes = Files.readAllBytes(disk.path);
    boolean found = false;
    for (int at = 0; at < bytes.length; at += 4096) {
      boolean isPage = bytes[at] == 'L' && bytes[at + 1] == 'U' && bytes[at + 4] == 5;
      if (isPage && bytes[at + 24] == 0) {
        disk.damage(at + 100);
        found = true;
      }
    }
    assertTrue(found, "there is no chunk page");
  }
}
