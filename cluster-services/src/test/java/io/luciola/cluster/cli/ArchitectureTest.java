package io.luciola.cluster.cli;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.luciola.cluster.cli");

  /** The list of all verbs names those of every package; nothing of the command names it. */
  @Test
  void packagesOfVerbsKnowEachOtherOneWay() {
    slices()
        .matching("io.luciola.cluster.(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(equivalentTo(ServiceVerbs.class), alwaysTrue())
        .check(classes);
  }
}
