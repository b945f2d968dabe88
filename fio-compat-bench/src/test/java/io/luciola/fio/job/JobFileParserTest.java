package io.luciola.fio.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileParserTest {

  private static final Set<String> ENGINE_OPTIONS = Set.of("device");

  private static List<Section> sections(String text) {
    return new JobFileParser(ENGINE_OPTIONS, Map.of("SIZE", "4m")::get)
        .parse("a.fio", text, List.of(), false);
  }

  private static List<JobSpec> jobs(String text) {
    return new JobReader(ENGINE_OPTIONS, () -> 7).read(sections(text));
  }

  @Test
  void aJobWithoutOptionsHasFiosDefaults() {
    JobSpec job = jobs("[x]\n").getFirst();
    assertEquals("x", job.name());
    assertEquals("read", job.access().label());
    assertEquals(4096, job.access().readBytes());
    assertEquals(1, job.depth().depth());
    assertEquals("posix", job.engine());
    assertEquals(List.of("x.0.0"), job.files().names());
    assertEquals(17, job.reporting().percentiles().size());
  }

  @Test
  void aGlobalSectionHoldsForTheSectionsBelowOnly() {
    List<JobSpec> jobs =
        jobs("[a]\n[global]\nbs=8k\niodepth=4\n[b]\niodepth=2\n[global]\nrw=write\n[c]\n");
    assertEquals(4096, jobs.get(0).access().readBytes());
    assertEquals(8192, jobs.get(1).access().readBytes());
    assertEquals(2, jobs.get(1).depth().depth());
    assertTrue(jobs.get(1).access().reads());
    assertTrue(jobs.get(2).access().writes());
    assertEquals(4, jobs.get(2).depth().depth());
    assertEquals(Map.of("bs", "8k", "iodepth", "4"), jobs.get(1).globalWritten());
    assertEquals(Map.of("iodepth", "2"), jobs.get(1).ownWritten());
  }

  @Test
  void commentsVariablesAndSpacesAreReadAsFioDoes() {
    JobSpec job =
        jobs("; first\n# second\n\n[x]\n  bs = 8k ; eight\nsize=${SIZE}\nfilename=a${NONE}b # c\n")
            .getFirst();
    assertEquals(8192, job.access().readBytes());
    assertEquals(4 << 20, job.files().size().bytes());
    assertEquals(List.of("ab"), job.files().names());
  }

  @Test
  void aliasesMeanTheSame() {
    JobSpec job = jobs("[x]\nreadwrite=randwrite\nblocksize=16k\ntimeout=3\n").getFirst();
    assertEquals("randwrite", job.access().label());
    assertEquals(16384, job.access().writeBytes());
    assertEquals(3_000_000_000L, job.timing().runtimeNs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8k | 8192 | 8192 | 8192",
        "8k,32k | 8192 | 32768 | 32768",
        "8k,32k, | 8192 | 32768 | 4096",
        ",8k | 4096 | 8192 | 8192",
        ",8k, | 4096 | 8192 | 4096",
        "1k,2k,3k | 1024 | 2048 | 3072"
      })
  void blockSizesAreGivenPerDirection(String bs, int read, int write, int trim) {
    JobSpec.Access access = jobs("[x]\nbs=" + bs + "\n").getFirst().access();
    assertEquals(
        List.of(read, write, trim),
        List.of(access.readBytes(), access.writeBytes(), access.trimBytes()));
  }

  @Test
  void clonesHaveFilesOfTheirOwnUnlessNamed() {
    List<JobSpec> jobs = jobs("[x]\nnumjobs=2\nnrfiles=2\ndirectory=/d\n[y]\nfilename=p:q\n");
    assertEquals(List.of("/d/x.0.0", "/d/x.0.1"), jobs.get(0).files().names());
    assertEquals(List.of("/d/x.1.0", "/d/x.1.1"), jobs.get(1).files().names());
    assertEquals(List.of("p", "q"), jobs.get(2).files().names());
    assertEquals(List.of(1, 2, 3), jobs.stream().map(JobSpec::threadNumber).toList());
  }

  @Test
  void stonewallStartsAGroupThatWaits() {
    List<JobSpec> jobs = jobs("[a]\n[b]\nstonewall\nnumjobs=2\n[c]\nnew_group\n");
    assertEquals(List.of(0, 1, 1, 2), jobs.stream().map(JobSpec::groupId).toList());
    assertEquals(List.of(false, true, false, false), jobs.stream().map(JobSpec::waits).toList());
  }

  @Test
  void theMixCanBeGivenByReadsOrByWrites() {
    assertEquals(70, jobs("[x]\nrw=rw\nrwmixread=70\n").getFirst().access().readPercent());
    assertEquals(20, jobs("[x]\nrw=rw\nrwmixwrite=80\n").getFirst().access().readPercent());
  }

  @Test
  void seedsAreTheSameInEachRunUnlessAskedOtherwise() {
    long repeated = jobs("[x]\n").getFirst().random().seed();
    assertEquals(repeated, jobs("[y]\n").getFirst().random().seed());
    assertTrue(repeated != jobs("[x]\nrandrepeat=0\n").getFirst().random().seed());
    List<JobSpec> clones = jobs("[x]\nnumjobs=2\nrandseed=5\n");
    assertTrue(clones.get(0).random().seed() != clones.get(1).random().seed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo=1 | a.fio:3: Bad option <foo=1>",
        "iodept=1 | Did you mean iodepth?",
        "bssplit=4k/50 | a.fio:3: option <bssplit> of fio is not supported here",
        "bs=4q | a.fio:3: failed parsing bs=4q",
        "rw=raed | a.fio:3: failed parsing rw=raed: valid values: read",
        "iodepth=0 | a.fio:3: failed parsing iodepth=0: must be from 1",
        "direct=2 | must be 0 or 1",
        "bs= | needs a value",
        "size | needs a value",
        "rwmixread=101 | must be from 0 to 100",
        "time_based=1 | needs a runtime",
        "random_distribution=zipf:1 | zipf takes one number above 0 other than 1",
        "percentile_list=0:101 | 0 is not above 0",
        "verify=md5 | valid values: none, 0, crc32c",
        "bs=1k,2k,3k,4k | at most three values",
        "size=101% | must be from 1 to 100",
        "[y | section header <[y> is not of the form [name]"
      })
  void anErrorNamesFileLineAndOption(String line, String expected) {
    JobException thrown =
        assertThrows(JobException.class, () -> jobs("[x]\n# one\n" + line + "\n"), line);
    assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
  }

  @Test
  void anOptionBeforeTheFirstSectionIsAnError() {
    JobException thrown = assertThrows(JobException.class, () -> sections("rw=read\n[x]\n"));
    assertEquals("a.fio:1: option <rw=read> outside of [] job section", thrown.getMessage());
  }

  @Property
  void anyTextIsReadOrRefusedWithALineNumber(
      @ForAll @StringLength(max = 40) @CharRange(from = '\n', to = '~') String text) {
    try {
      jobs("[x]\n" + text);
    } catch (JobException refused) {
      assertTrue(refused.getMessage().matches("(?s).*\\d+: .*"), refused.getMessage());
    }
  }
}
