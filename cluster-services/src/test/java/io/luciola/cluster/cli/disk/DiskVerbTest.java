package io.luciola.cluster.cli.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.luciola.cluster.cli.Luciola;
import io.luciola.cluster.disk.Launcher;
import io.luciola.cluster.disk.PciAddress;
import io.luciola.cluster.disk.SimulatedMachine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DiskVerbTest {

  private record Outcome(int exitCode, String out, String err) {}

  @TempDir Path directory;
  private SimulatedMachine machine;
  private PciAddress drive;

  @BeforeEach
  void makeMachine() {
    machine = machine("machine");
    drive = new PciAddress("0000:65:00.0");
  }

  private SimulatedMachine machine(String name) {
    SimulatedMachine made = new SimulatedMachine(directory.resolve(name));
    made.nvme("0000:65:00.0", 0, "12");
    made.nvme("0000:66:00.0", 1, "13");
    return made;
  }

  private Outcome disk(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Launcher launcher = new Launcher("/opt/it's here/luciola", "/opt/jdk");
    CommandLine line =
        Luciola.commandLine(List.of(new DiskVerb(machine, machine, Optional.of(launcher))));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] words = new String[arguments.length + 1];
    words[0] = "disk";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return new Outcome(line.execute(words), out.toString(), err.toString());
  }

  private void becomeUser() {
    machine.put("/proc/self/status", "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\n");
  }

  @Test
  void listShowsALineForEachDrive() {
    machine.mount("nvme1n1", "/srv");
    Outcome listed = disk("list");
    assertEquals(0, listed.exitCode, listed.err);
    List<String> lines = listed.out.lines().toList();
    assertEquals(4, lines.size(), listed.out);
    assertTrue(lines.get(1).startsWith("0000:65:00.0   /dev/nvme0n1 "), lines.get(1));
    assertTrue(lines.get(1).contains("Firefly 9000"), lines.get(1));
    assertTrue(lines.get(2).endsWith("/dev/nvme1n1 is mounted on /srv"), lines.get(2));
    assertTrue(lines.get(3).endsWith("/dev/vda holds the root file system"), lines.get(3));
    assertEquals("", listed.err);
    becomeUser();
    assertTrue(disk("list").err.contains("not root"));
  }

  @Test
  void listSpeaksJsonToo() throws IOException {
    machine.mount("nvme1n1", "/srv");
    machine.bind("0000:65:00.0", "vfio-pci");
    JsonNode drives = JsonMapper.builder().build().readTree(disk("list", "--json").out);
    assertEquals(3, drives.size());
    assertEquals("vfio-pci", drives.at("/0/driver").asText());
    assertTrue(drives.at("/0/size_bytes").isNull());
    assertTrue(drives.at("/0/holders").isEmpty());
    assertEquals(3_907_029_168L * 512, drives.at("/1/size_bytes").asLong());
    assertEquals("13", drives.at("/1/iommu_group").asText());
    assertEquals("/dev/nvme1n1", drives.at("/1/devices/0").asText());
    assertEquals("mounted", drives.at("/1/holders/0/kind").asText());
    assertEquals("/srv", drives.at("/1/holders/0/by").asText());
  }

  @Test
  void infoSaysWhatAClaimWouldDoAndWhatStandsAgainstIt() {
    Map<String, String> before = machine.picture();
    Outcome idle = disk("info", "/dev/nvme0n1");
    assertEquals(0, idle.exitCode, idle.err);
    assertTrue(idle.out.contains("serial          S4EV000\n"), idle.out);
    assertTrue(
        idle.out.contains("would do:\n  modprobe vfio-pci\n  modprobe vfio_iommu_type1\n"),
        idle.out);
    machine.mount("nvme1n1", "/srv");
    Outcome busy = disk("info", "66:00.0");
    assertTrue(busy.out.contains("would refuse it:\n  0000:66:00.0 is in use"), busy.out);
    Outcome other = disk("info", "/dev/vda");
    assertTrue(other.out.contains("uring:/dev/vda"), other.out);
    Outcome none = disk("info", "/dev/nvme7");
    assertEquals(2, none.exitCode);
    assertTrue(none.err.contains("no drive /dev/nvme7"), none.err);
    before.put("/proc/self/mountinfo", machine.content("/proc/self/mountinfo"));
    assertEquals(before, machine.picture());
  }

  @Test
  void claimAndReleaseDoWhatTheySay() {
    Outcome claimed = disk("claim", "65:00.0", "--huge-pages-mib", "64");
    assertEquals(0, claimed.exitCode, claimed.err);
    assertTrue(claimed.out.contains("spdk:0000:65:00.0"), claimed.out);
    assertEquals("vfio-pci", machine.driverOf(drive));
    Outcome again = disk("claim", "65:00.0", "--huge-pages-mib", "64");
    assertEquals(0, again.exitCode, again.err);
    assertTrue(again.err.contains("already has the driver vfio-pci"), again.err);
    Outcome released = disk("release", "0000:65:00.0", "--huge-pages");
    assertEquals(0, released.exitCode, released.err);
    assertEquals("nvme", machine.driverOf(drive));
    assertEquals(
        "0",
        machine.attribute("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages").orElseThrow());
  }

  @Test
  void refusalsAndMisuseExitWithTwoAndFailuresWithOne() {
    machine.mount("nvme1n1", "/srv");
    Outcome mounted = disk("claim", "65:00.0", "66:00.0", "--force", "--force");
    assertEquals(2, mounted.exitCode);
    assertTrue(mounted.err.contains("nothing was done"), mounted.err);
    assertTrue(mounted.err.contains("umount /srv"), mounted.err);
    assertEquals(2, disk("claim", "/dev/nvme0n1").exitCode);
    assertEquals(2, disk("claim").exitCode);
    assertEquals(2, disk("claim", "65:00.0", "--driver", "nvme").exitCode);
    assertEquals(2, disk("claim", "65:00.0", "--huge-pages-mib", "-1").exitCode);
    assertEquals(2, disk("claim", "65:00.0", "66:00.0", "--serial", "x").exitCode);
    assertEquals(2, disk("release", "0000:77:00.0").exitCode);
    assertEquals(List.of(), machine.writes);
    assertEquals(List.of(), machine.commandsRun);
    machine.failingCommands.add("modprobe vfio-pci");
    Outcome failed = disk("claim", "65:00.0");
    assertEquals(1, failed.exitCode);
    assertTrue(failed.err.contains("modprobe vfio-pci"), failed.err);
    assertTrue(failed.err.contains("not today"), failed.err);
    assertEquals("nvme", machine.driverOf(drive));
  }

  @Test
  void forceWorksOnlyWhenGivenTwice() {
    machine.partition("nvme0n1", 1);
    assertEquals(2, disk("claim", "65:00.0").exitCode);
    Outcome once = disk("claim", "65:00.0", "--force");
    assertEquals(2, once.exitCode);
    assertTrue(once.err.contains("--force --force"), once.err);
    Outcome twice = disk("claim", "65:00.0", "--force", "--force");
    assertEquals(0, twice.exitCode, twice.err);
    assertTrue(twice.err.contains("taken all the same"), twice.err);
    assertEquals("vfio-pci", machine.driverOf(drive));
  }

  @Test
  void whoIsNotRootIsToldBeforeAnythingIsTouched() {
    becomeUser();
    Map<String, String> before = machine.picture();
    for (String verb : List.of("claim", "release")) {
      Outcome refused = disk(verb, "65:00.0");
      assertEquals(2, refused.exitCode);
      assertTrue(refused.err.contains("only root may " + verb), refused.err);
      Outcome dry = disk(verb, "65:00.0", "--dry-run");
      assertEquals(0, dry.exitCode, dry.err);
    }
    assertEquals(before, machine.picture());
    assertEquals(List.of(), machine.commandsRun);
  }

  @Test
  void aDryRunOfAClaimPrintsExactlyWhatIsThenDone() throws Exception {
    assertDryRunIsTheTruth(
        "claim", "65:00.0", "66:00.0", "--user", "luciola", "--persist", "--huge-pages-mib", "64");
  }

  @Test
  void aDryRunOfAReleasePrintsExactlyWhatIsThenDone() throws Exception {
    String[] claim = {"claim", "65:00.0", "66:00.0", "--persist", "--huge-pages-mib", "64"};
    assertEquals(0, disk(claim).exitCode);
    machine.commandsRun.clear();
    machine.writes.clear();
    assertDryRunIsTheTruth("release", "65:00.0", "66:00.0", "--huge-pages");
  }

  /**
   * Lets a shell run what the dry run printed, on a copy of the machine without a kernel, and
   * compares with what the verb does.
   */
  private void assertDryRunIsTheTruth(String... arguments) throws Exception {
    Map<String, String> before = machine.picture();
    String[] dryArguments = new String[arguments.length + 1];
    System.arraycopy(arguments, 0, dryArguments, 0, arguments.length);
    dryArguments[arguments.length] = "--dry-run";
    Outcome dry = disk(dryArguments);
    assertEquals(0, dry.exitCode, dry.err);
    assertEquals(before, machine.picture(), "a dry run does nothing");
    assertEquals(List.of(), machine.commandsRun);

    ShellRun shell = runInShell(dry.out, before);
    Outcome real = disk(arguments);
    assertEquals(0, real.exitCode, real.err);
    assertTrue(real.out.startsWith(dry.out), real.out);
    assertEquals(machine.commandsRun, shell.commands);
    assertEquals(machine.writes, shell.writes);
    Map<String, String> after = machine.picture();
    assertFalse(shell.files.isEmpty() && shell.writes.isEmpty());
    shell.files.forEach((path, content) -> assertEquals(content, after.get(path), path));
    before.keySet().stream()
        .filter(path -> path.startsWith("/etc/") && !after.containsKey(path))
        .forEach(path -> assertTrue(shell.removed.contains(path), path));
  }

  /** What a script did: commands, lines to the kernel, files of ours as they are afterwards. */
  private record ShellRun(
      List<String> commands,
      List<String> writes,
      Map<String, String> files,
      List<String> removed) {}

  private ShellRun runInShell(String script, Map<String, String> before) throws Exception {
    Path root = directory.resolve("shell");
    for (Map.Entry<String, String> file : before.entrySet()) {
      if (!file.getValue().startsWith("-> ")) {
        Path path = root.resolve(file.getKey().substring(1));
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    }
    Files.createDirectories(root.resolve("etc/systemd/system"));
    Path log = root.resolve("commands.log");
    Path writes = root.resolve("writes.log");
    // Commands and lines for the kernel are noted; files of ours are really written, below root.
    String prelude =
        """
        set -e
        for c in modprobe mount chmod chown systemctl id swapoff; do
          eval "$c() { echo \\"$c \\$*\\" >> '%s'; }"
        done
        """
            .formatted(log);
    String body =
        script
            .replaceAll("(?m)^test .*\\n", "")
            .replaceAll("(?m)^echo (.*?) ?> (/sys/\\S+)$", "echo \"$1 > $2\" >> '" + writes + "'")
            .replaceAll("(?m)^(cat >|rm -f|mkdir -p) /", "$1 " + root + "/");
    Path file = directory.resolve("script.sh");
    Files.writeString(file, prelude + body);
    Process process = new ProcessBuilder("sh", file.toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output + body);
    TreeMap<String, String> files = new TreeMap<>();
    List<String> removed = new ArrayList<>();
    Path etc = root.resolve("etc/systemd/system");
    try (var entries = Files.list(etc)) {
      for (Path entry : entries.toList()) {
        files.put("/" + root.relativize(entry), Files.readString(entry));
      }
    }
    before.keySet().stream()
        .filter(path -> path.startsWith("/etc/") && !files.containsKey(path))
        .forEach(removed::add);
    return new ShellRun(lines(log), lines(writes), files, removed);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
