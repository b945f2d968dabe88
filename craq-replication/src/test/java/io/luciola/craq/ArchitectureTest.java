package io.luciola.craq;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.luciola.craq");

  @Test
  void theProtocolKnowsNoSocketsThreadsFilesOrRandomness() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.luciola.craq.sim..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.net..",
            "java.nio..",
            "java.io..",
            "java.time..",
            "java.util.concurrent..",
            "java.util.random..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.Thread|java\\.util\\.(Random|SplittableRandom|Timer)")
        .check(classes);
  }

  @Test
  void theProtocolDoesNotKnowItsSimulator() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.luciola.craq.sim..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.luciola.craq.sim..")
        .check(classes);
  }

  @Test
  void theSimulatorHasOnlyTheRandomnessOfItsSeed() {
    noClasses()
        .that()
        .resideInAPackage("io.luciola.craq.sim..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio..", "java.time..", "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.Thread|java\\.util\\.(Random|Timer)")
        .check(classes);
  }

  @Test
  void theProtocolReadsNoClock() {
    noClasses()
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random")
        .check(classes);
  }

  @Test
  void theProtocolKnowsTheEngineOnlyByItsContract() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.luciola.blockstore.device..", "io.luciola.cluster..", "io.luciola.target..")
        .check(classes);
  }
}
