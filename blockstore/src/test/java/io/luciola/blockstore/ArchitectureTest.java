package io.luciola.blockstore;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom, in and around the block store. */
@AnalyzeClasses(
    packages = "io.luciola.blockstore",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule ENGINE_KNOWS_NO_CLUSTER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.luciola.cluster..",
              "io.luciola.craq..",
              "io.luciola.chaintable..",
              "io.luciola.target..",
              "io.luciola.fuse..",
              "io.luciola.bench..");

  @ArchTest
  static final ArchRule ENGINE_KNOWS_NO_NETWORK =
      noClasses()
          .that()
          .resideOutsideOfPackage("..linux..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..", "java.nio.channels..");

  @ArchTest
  static final ArchRule DEVICES_KNOW_NO_ENGINE =
      noClasses()
          .that()
          .resideInAnyPackage("..device..", "..memory..", "..linux..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..engine..", "..agent..");

  @ArchTest
  static final ArchRule NO_UNSAFE =
      noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.luciola.blockstore.(*)..").should().beFreeOfCycles();
}
