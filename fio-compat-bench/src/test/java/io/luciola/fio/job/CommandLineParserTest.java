package io.luciola.fio.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.fio.job.Invocation.Action;
import io.luciola.fio.job.Invocation.Eta;
import io.luciola.fio.job.Invocation.Format;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandLineParserTest {

  private static Invocation parse(String... arguments) {
    return CommandLineParser.parse(Set.of("device"), List.of(arguments));
  }

  private static List<JobSpec> jobs(Invocation invocation) {
    return new JobReader(Set.of("device"), () -> 7).read(invocation.sections());
  }

  @Test
  void eachNameStartsAJobAndOptionsBeforeTheFirstHoldForAll() {
    List<JobSpec> jobs =
        jobs(
            parse(
                "--bs=8k",
                "--name=a",
                "--rw=write",
                "--name=b",
                "--rw",
                "randread",
                "--stonewall",
                "-iodepth=3"));
    assertEquals(List.of("a", "b"), jobs.stream().map(JobSpec::name).toList());
    assertEquals(8192, jobs.get(0).access().writeBytes());
    assertEquals("randread", jobs.get(1).access().label());
    assertTrue(jobs.get(1).waits());
    assertEquals(3, jobs.get(1).depth().depth());
    assertEquals(Map.of("name", "a", "rw", "write"), jobs.get(0).ownWritten());
  }

  @Test
  void optionsOfTheCommandAndJobFilesAreToldApart() {
    Invocation invocation =
        parse(
            "--output-format=json+,normal",
            "--output",
            "r.txt",
            "--eta=never",
            "x.fio",
            "--section=s",
            "y.fio");
    assertEquals(Set.of(Format.JSON_PLUS, Format.NORMAL), invocation.formats());
    assertEquals("r.txt", invocation.outputFile());
    assertEquals(Eta.NEVER, invocation.eta());
    assertEquals(List.of("x.fio", "y.fio"), invocation.jobFiles());
    assertEquals(Set.of("s"), invocation.onlySections());
  }

  @Test
  void helpAndVersionAreActions() {
    assertEquals(Action.VERSION, parse("--version").action());
    assertEquals(Action.HELP, parse("-h").action());
    assertEquals("rw", parse("--cmdhelp=rw").topic());
  }

  @Test
  void anUnknownOptionIsAnErrorThatNamesIt() {
    JobException thrown = assertThrows(JobException.class, () -> parse("--name=x", "--foo=1"));
    assertTrue(thrown.getMessage().contains("unrecognized option '--foo=1'"), thrown.getMessage());
    thrown = assertThrows(JobException.class, () -> parse("--output-format=foo"));
    assertTrue(thrown.getMessage().contains("invalid output format foo"), thrown.getMessage());
    thrown = assertThrows(JobException.class, () -> parse("--name"));
    assertTrue(thrown.getMessage().contains("requires an argument"), thrown.getMessage());
  }
}
