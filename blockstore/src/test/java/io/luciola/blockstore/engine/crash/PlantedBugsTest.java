package io.luciola.blockstore.engine.crash;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tests have teeth: each of these bugs, put into the engine while it is loaded, is found by
 * them; and the engine without a bug passes the very same runs.
 */
class PlantedBugsTest {

  private static final String ONLY = System.getProperty("luciola.planted.bug", "");
  private static final Map<String, Plant> BUGS = new LinkedHashMap<>();

  private static final int BUGS_IN_EVERY_BUILD = 6;

  static {
    long ever = Long.MAX_VALUE;
    BUGS.put("acknowledges before the flush", Plant.returns("Journal", "mustFlush", false));
    BUGS.put(
        "reuses space before the record that frees it is durable",
        Plant.parameter("space.ExtentQuarantine", "release", 1, ever));
    BUGS.put(
        "writes in place before the commit is durable",
        Plant.returns("JournaledBlocks", "mayApply", true));
    BUGS.put(
        "writes the superblock before its checkpoint is durable",
        Plant.parameter("Checkpointer", "<init>", 5, 0));
    BUGS.put(
        "publishes a checkpoint that is not written yet",
        Plant.returns("SnapshotWriter", "isDone", true));
    BUGS.put(
        "takes a snapshot while records are on their way",
        Plant.returns("Journal", "isIdle", true));
    BUGS.put(
        "writes pages over the copies that hold",
        Plant.parameter("format.DirectoryPage", "copy", 1, 0));
    BUGS.put(
        "forgets how a page of the snapshot was before it changed",
        Plant.empty("pages.CapturedPages", "add"));
    BUGS.put(
        "overwrites journal records that recovery needs",
        Plant.parameter("Journal", "release", 0, 64L << 20));
    BUGS.put(
        "leaves pending updates out of its checkpoint",
        Plant.empty("PendingUpdates", "beginSnapshot"));
    BUGS.put(
        "keeps half of a batch whose data never arrived",
        new Plant("format.Entry", "batch", "()I", new Plant.Returns(0)));
    BUGS.put("skips the checksum of what it reads", Plant.returns("ReadPath", "isIntact", true));
    BUGS.put(
        "believes a record whose data never arrived", Plant.empty("Recovery", "dropUnwritten"));
    BUGS.put(
        "takes a record without its checksum",
        Plant.returns("format.RecordHeader", "isIntact", true));
    BUGS.put(
        "takes journaled data without its checksum", Plant.returns("Replay", "isDataIntact", true));
    BUGS.put(
        "overwrites blocks that a crash may bring back",
        Plant.returns("PreparePath", "mustWait", false));
    BUGS.put("leaves old bytes behind a cut", Plant.empty("ChunkStates", "cut"));
    BUGS.put("still writes blocks of a chunk that is gone", Plant.empty("JournaledBlocks", "drop"));
    BUGS.put("forgets commits", Plant.empty("Journal", "addEnd"));
    BUGS.put(
        "reads a place before its block is written there",
        new Plant("JournaledBlocks", "find", new Plant.Returns(-1)));
    BUGS.put(
        "acknowledges a sync at once", new Plant("Journal", "lastSequence", new Plant.Returns(0L)));
    BUGS.put(
        "frees twice as much as was taken",
        new Plant("space.ExtentAllocator", "free", new Plant.ParameterPlusOne(1)));
    BUGS.put(
        "takes damage in the journal for its end", Plant.empty("Recovery", "checkNothingFollows"));
    BUGS.put(
        "publishes a checkpoint before what replaced its blocks is durable",
        Plant.returns("Checkpointer", "mayPublish", true));
    BUGS.put(
        "reuses space that is just being written",
        Plant.parameter("space.ExtentQuarantine", "release", 2, ever));
    BUGS.put(
        "gives up a removed target's record before its chunks are gone",
        Plant.returns("TargetRemoval", "isEmpty", true));
    BUGS.put(
        "drops chunks of a removed target that an update is on its way to",
        Plant.returns("TargetRemoval", "isBusy", false));
    BUGS.put(
        "forgets with a checkpoint that a target is being removed",
        new Plant("format.StoredTarget", "removing", "()Z", new Plant.Returns(0)));
    BUGS.put("forgets the removal of a target", Plant.empty("Journal", "addRemoval"));
    BUGS.put("brings back the chunks of a removed target", Plant.empty("Replay", "removing"));
  }

  static Stream<String> bugs() {
    return BUGS.keySet().stream().filter(bug -> ONLY.isEmpty() || bug.matches(ONLY));
  }

  static List<String> hunts() {
    return BugHunt.ALL;
  }

  /** Some of them in every build; all of them take minutes. */
  static Stream<String> someBugs() {
    return bugs().limit(ONLY.isEmpty() ? BUGS_IN_EVERY_BUILD : Long.MAX_VALUE);
  }

  @ParameterizedTest
  @MethodSource("someBugs")
  void someAreFound(String bug) throws ReflectiveOperationException {
    isFound(bug);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("bugs")
  void allAreFound(String bug) throws ReflectiveOperationException {
    isFound(bug);
  }

  private static void isFound(String bug) throws ReflectiveOperationException {
    for (String hunt : BugHunt.ALL) {
      String found = hunt(BUGS.get(bug), hunt);
      if (found != null) {
        System.out.printf("%s: found by %s: %s%n", bug, hunt, found.lines().findFirst().orElse(""));
        return;
      }
    }
    fail("an engine that " + bug + " passes every hunt");
  }

  @ParameterizedTest
  @MethodSource("hunts")
  void theEngineWithoutABugPasses(String hunt) throws ReflectiveOperationException {
    assertNull(hunt(null, hunt));
  }

  @Test
  void aPlantWithoutItsMethodIsAnError() {
    Plant lost = Plant.empty("Journal", "noSuchMethod");
    assertThrows(IllegalArgumentException.class, () -> new PlantedClassLoader(lost));
  }

  private static String hunt(Plant bug, String name) throws ReflectiveOperationException {
    Class<?> hunt = new PlantedClassLoader(bug).loadClass(BugHunt.class.getName());
    @SuppressWarnings("unchecked")
    UnaryOperator<String> hunter =
        (UnaryOperator<String>) hunt.getDeclaredConstructor().newInstance();
    return hunter.apply(name);
  }
}
