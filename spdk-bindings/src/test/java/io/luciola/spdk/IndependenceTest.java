package io.luciola.spdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The bindings are useful on their own: they need the JDK and nothing of Luciola. */
@AnalyzeClasses(packages = "io.luciola.spdk", importOptions = ImportOption.DoNotIncludeTests.class)
class IndependenceTest {

  @ArchTest
  static final ArchRule BINDINGS_NEED_ONLY_THE_JDK =
      classes()
          .that()
          .resideInAPackage("io.luciola.spdk..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.luciola.spdk..", "java..", "org.jspecify..");
}
