package io.luciola.fio.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FioCommandTest {

  @TempDir Path directory;

  /** The example as it is, but with this test's directory. */
  private Path example(String name) throws IOException {
    String text = Files.readString(Path.of("examples", name));
    return Files.writeString(
        directory.resolve(name), text.replace("${DIRECTORY}", directory.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "random-read.fio",
        "sequential-write.fio",
        "mixed.fio",
        "write-then-verify.fio",
        "blockstore.fio",
        "chunkfile.fio",
        "overhead.fio",
        "kvcache.fio"
      })
  void theExamplesRun(String name) throws IOException {
    Outcome outcome = Outcome.of(example(name).toString(), "--output-format=json");
    assertEquals(0, outcome.exitCode(), outcome.err());
    for (JsonNode job : outcome.json().at("/jobs")) {
      long ios = job.at("/read/total_ios").asLong() + job.at("/write/total_ios").asLong();
      assertTrue(ios > 0, job.at("/jobname") + " did nothing");
      assertEquals(0, job.at("/error").asInt());
    }
  }

  @Test
  void everyExampleIsAValidJobFile() throws IOException {
    try (var files = Files.list(Path.of("examples"))) {
      for (Path file : files.toList()) {
        Path copy = example(file.getFileName().toString());
        Files.writeString(copy, Files.readString(copy).replace("${CLUSTER}", "localhost:1"));
        Outcome outcome = Outcome.of(copy.toString(), "--parse-only");
        assertEquals(0, outcome.exitCode(), outcome.err());
      }
    }
  }

  @Test
  void writesOfASequentialJobReachTheFile() throws IOException {
    Outcome outcome = Outcome.of(example("sequential-write.fio").toString());
    assertEquals(0, outcome.exitCode(), outcome.err());
    Path file = directory.resolve("sequential-write.0.0");
    assertEquals(16 << 20, Files.size(file));
    byte[] bytes = Files.readAllBytes(file);
    int zeros = 0;
    for (byte each : bytes) {
      zeros += each == 0 ? 1 : 0;
    }
    assertTrue(zeros < bytes.length / 100, zeros + " of " + bytes.length + " bytes are zero");
  }

  @ParameterizedTest
  @CsvSource({"psync, 1", "io_uring, 8"})
  void verifyFindsAPlantedFault(String engine, int depth) throws IOException {
    String[] write = verifyJob("write", engine, depth);
    assertEquals(0, Outcome.of(write).exitCode());
    assertEquals(0, Outcome.of(verifyJob("read", engine, depth)).exitCode());
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("v").toFile(), "rw")) {
      file.seek(40_000);
      int before = file.read();
      file.seek(40_000);
      file.write(before ^ 1);
    }
    Outcome outcome = Outcome.of(verifyJob("read", engine, depth));
    assertEquals(1, outcome.exitCode());
    assertTrue(
        outcome
            .err()
            .contains(
                "crc32c: verify failed at file "
                    + directory.resolve("v")
                    + " offset 36864, length 4096"),
        outcome.err());
    assertEquals(84, outcome.json().at("/jobs/0/error").asInt());
  }

  private String[] verifyJob(String rw, String engine, int depth) {
    return new String[] {
      "--name=v",
      "--rw=" + rw,
      "--ioengine=" + engine,
      "--iodepth=" + depth,
      "--size=1m",
      "--verify=crc32c",
      "--filename=" + directory.resolve("v"),
      "--output-format=json"
    };
  }

  @Test
  void blocksReadBackAreCountedAsReads() throws IOException {
    Outcome outcome = Outcome.of(verifyJob("randwrite", "posix", 4));
    assertEquals(256, outcome.json().at("/jobs/0/write/total_ios").asInt());
    assertEquals(256, outcome.json().at("/jobs/0/read/total_ios").asInt());
  }

  @Test
  void anUnknownKeyIsAnErrorThatNamesFileAndLine() throws IOException {
    Path file = Files.writeString(directory.resolve("bad.fio"), "[x]\nrw=read\nfoo=1\n");
    Outcome outcome = Outcome.of(file.toString());
    assertEquals(1, outcome.exitCode());
    assertEquals("", outcome.out());
    assertTrue(outcome.err().contains(file + ":3: Bad option <foo=1>"), outcome.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonexistent.fio | unable to open 'nonexistent.fio' job file",
        "--name=x --ioengine=nope --size=1m | engine nope not loadable; there are: blockstore",
        "--name=x --rw=write --size=1m --ioengine=null --readonly | --readonly is given",
        "--name=x --filename=/nonexistent/dir/f --size=1m | open of /nonexistent/dir/f failed",
        "--name=x --ioengine=blockstore --device=uring:/nonexistent/f --size=1m | /nonexistent/f",
        "--name=x --ioengine=blockstore --device=null:64MiB --size=1m | add zero_buffers",
        "--name=x --ioengine=chunkfile --size=1m --chunk_size=4k | size from 65536 to",
        "--name=x --ioengine=chunkfile --size=1m --numjobs=2 | needs a directory per job",
        "--name=x --ioengine=chunkfile --size=1m --filename=/tmp/a:/var/b | all files in one",
        "--name=x --ioengine=chunkfile --size=1m --rw=trim | cannot trim",
        "--name=x --ioengine=chunkfile --size=1m --unlink=1 | instead of unlink",
        "--name=x --ioengine=chunkfile --size=1m --bs=48k | must divide chunk_size=1048576",
        "--name=x --ioengine=null --size=1m --sync_metadata=1 | belongs to chunkfile",
        "--version=1 --foo | unrecognized option '--foo'"
      })
  void whatCannotBeDoneIsExplained(String arguments, String expected) {
    Outcome outcome = Outcome.of(arguments.split(" ", -1));
    assertEquals(1, outcome.exitCode(), outcome.out());
    assertTrue(outcome.err().contains(expected), outcome.err());
  }

  @Test
  void aDeviceWithOtherDataIsNotTouched() throws IOException {
    Path disk = directory.resolve("disk");
    byte[] content = new byte[64 << 20];
    content[1000] = 1;
    Files.write(disk, content);
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=blockstore",
            "--device=uring:" + disk,
            "--size=1m",
            "--rw=write");
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().contains("carries data that is not Luciola's"), outcome.err());
    assertTrue(java.util.Arrays.equals(content, Files.readAllBytes(disk)));
  }

  @Test
  void zerosAreReadAndVerifiedOnTheNullDevice() throws IOException {
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=blockstore",
            "--device=null:64MiB",
            "--size=4m",
            "--rw=randread",
            "--bs=4k",
            "--iodepth=8",
            "--zero_buffers",
            "--output-format=json");
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertEquals(1024, outcome.json().at("/jobs/0/read/total_ios").asInt());
  }

  @Test
  void theBlockstoreFindsAgainWhatAnEarlierJobWrote() throws IOException {
    Path disk = directory.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(64 << 20);
    }
    String[] common = {
      "--ioengine=blockstore",
      "--device=uring:" + disk,
      "--size=2m",
      "--verify=crc32c",
      "--filename=pages",
      "--iodepth=4"
    };
    List<String> write = new java.util.ArrayList<>(List.of(common));
    write.addAll(0, List.of("--name=w"));
    write.addAll(List.of("--rw=write", "--do_verify=0", "--end_fsync=1"));
    Outcome written = Outcome.of(write.toArray(String[]::new));
    assertEquals(0, written.exitCode(), written.err());
    List<String> read = new java.util.ArrayList<>(List.of(common));
    read.addAll(0, List.of("--name=r"));
    read.addAll(List.of("--rw=randread", "--output-format=json"));
    Outcome found = Outcome.of(read.toArray(String[]::new));
    assertEquals(0, found.exitCode(), found.err());
    assertEquals(512, found.json().at("/jobs/0/read/total_ios").asInt());
  }

  @Test
  void theChunkfileFindsAgainWhatAnEarlierJobWrote() throws IOException {
    String[] common = {
      "--name=x",
      "--ioengine=chunkfile",
      "--directory=" + directory,
      "--filename=pages",
      "--size=2m",
      "--chunk_size=256k",
      "--sync_metadata=1",
      "--verify=crc32c",
      "--iodepth=4"
    };
    List<String> write = new java.util.ArrayList<>(List.of(common));
    write.addAll(List.of("--rw=randwrite", "--do_verify=0", "--fsync=100"));
    Outcome written = Outcome.of(write.toArray(String[]::new));
    assertEquals(0, written.exitCode(), written.err());
    List<String> read = new java.util.ArrayList<>(List.of(common));
    read.addAll(List.of("--rw=read", "--output-format=json"));
    Outcome found = Outcome.of(read.toArray(String[]::new));
    assertEquals(0, found.exitCode(), found.err());
    assertEquals(512, found.json().at("/jobs/0/read/total_ios").asInt());
  }

  @Test
  void theTextReportHasFiosLines() {
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=null",
            "--size=4m",
            "--rw=randrw",
            "--iodepth=4",
            "--numjobs=2",
            "--group_reporting",
            "--fsync=100");
    assertEquals(0, outcome.exitCode(), outcome.err());
    for (String pattern :
        List.of(
            "x: \\(g=0\\): rw=randrw, bs=\\(R\\) 4096B-4096B, .* ioengine=null, iodepth=4",
            "Starting 2 threads",
            "x: \\(groupid=0, jobs=2\\): err= 0: pid=\\d+: .*",
            "  read: IOPS=[\\d.]+k?M?, BW=[\\d.]+[KMG]iB/s \\([\\d.]+[kMG]B/s\\)"
                + "\\([\\d.]+[KM]iB/\\d+msec\\)",
            "    slat \\([num]sec\\): min=\\S+, max=\\S+, avg=\\s*[\\d.]+, stdev=\\s*[\\d.]+",
            "    clat percentiles \\([num]sec\\):",
            "     \\|  1.00th=\\[ *\\d+\\],  5.00th=\\[ *\\d+\\], .*",
            "  write: IOPS=.*; 0 zone resets",
            "  fsync/fdatasync/sync_file_range:",
            "  lat \\([num]sec\\)   : .*",
            "  cpu          : usr=[\\d.]+%, sys=[\\d.]+%, ctx=\\d+, majf=\\d+, minf=\\d+",
            "  IO depths    : 1=[\\d.]+%, 2=[\\d.]+%, 4=[\\d.]+%, .* >=64=0.0%",
            "     submit    : 0=0.0%, 4=100.0%, .*",
            "     issued rwts: total=\\d+,\\d+,0,\\d+ short=0,0,0,0 dropped=0,0,0,0",
            "     latency   : target=0, window=0, percentile=100.00%, depth=4",
            "Run status group 0 \\(all jobs\\):",
            "   READ: bw=.*, io=.*, run=\\d+-\\d+msec",
            "  WRITE: bw=.*, io=.*, run=\\d+-\\d+msec")) {
      assertTrue(
          outcome.out().lines().anyMatch(line -> line.matches(pattern)),
          pattern + "\n" + outcome.out());
    }
  }

  @Test
  void aJobWithoutTimingCountsAllTheSame() throws IOException {
    for (String format : List.of("json", "normal")) {
      Outcome outcome =
          Outcome.of(
              "--name=x",
              "--ioengine=null",
              "--size=4m",
              "--rw=randread",
              "--iodepth=4",
              "--gtod_reduce=1",
              "--output-format=" + format);
      assertEquals(0, outcome.exitCode(), outcome.err());
      if (format.equals("json")) {
        assertEquals(1024, outcome.json().at("/jobs/0/read/total_ios").asInt());
        assertTrue(outcome.json().at("/jobs/0/read/iops").asDouble() > 0, outcome.out());
        assertEquals(0, outcome.json().at("/jobs/0/read/clat_ns/N").asInt());
      } else {
        assertTrue(outcome.out().contains("issued rwts: total=1024,0,0,0"), outcome.out());
        assertFalse(outcome.out().contains("clat percentiles"), outcome.out());
      }
    }
  }

  @Test
  void severalFormatsGoToTheOutputFile() throws IOException {
    Path report = directory.resolve("report.txt");
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=null",
            "--size=1m",
            "--output=" + report,
            "--output-format=json,normal");
    assertEquals("", outcome.out());
    String text = Files.readString(report);
    assertTrue(text.contains("\"fio version\"") && text.contains("Run status group 0"), text);
  }

  @Test
  void logsHaveALinePerIoWithFiosColumns() throws IOException {
    String prefix = directory.resolve("log").toString();
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=null",
            "--size=64k",
            "--rw=write",
            "--iodepth=2",
            "--write_lat_log=" + prefix);
    assertEquals(0, outcome.exitCode(), outcome.err());
    for (String kind : List.of("slat", "clat", "lat")) {
      List<String> lines = Files.readAllLines(Path.of(prefix + "_" + kind + ".1.log"));
      assertEquals(16, lines.size(), kind);
      assertTrue(lines.getFirst().matches("\\d+, \\d+, 1, 4096, \\d+"), lines.getFirst());
    }
  }

  @Test
  void progressIsShownWhenAskedFor() {
    Outcome outcome =
        Outcome.of(
            "--name=x",
            "--ioengine=null",
            "--size=1m",
            "--rate_iops=100",
            "--time_based",
            "--runtime=1500ms",
            "--eta=always");
    assertTrue(
        outcome.err().matches("(?s).*Jobs: 1 \\(f=1\\): \\[R\\(1\\)]\\[\\d+\\.\\d%]\\[r=.*eta .*"),
        outcome.err());
    assertFalse(outcome.out().contains("Jobs: 1"));
  }

  @Test
  void unlinkRemovesTheFiles() {
    Path file = directory.resolve("f");
    Outcome outcome =
        Outcome.of("--name=x", "--filename=" + file, "--size=64k", "--rw=write", "--unlink=1");
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertFalse(Files.exists(file));
  }

  @Test
  void trimsPunchHoles() throws IOException {
    Path file = directory.resolve("f");
    Files.write(file, "x".repeat(65_536).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Outcome outcome = Outcome.of("--name=x", "--filename=" + file, "--rw=trim", "--iodepth=2");
    assertEquals(0, outcome.exitCode(), outcome.err());
    for (byte each : Files.readAllBytes(file)) {
      assertEquals(0, each);
    }
  }
}
