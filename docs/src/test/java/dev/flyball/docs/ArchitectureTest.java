// SPDX-License-Identifier: Apache-2.0
package dev.flyball.docs;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** The arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.flyball", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] CORE = {
    "dev.flyball",
    "dev.flyball.annotation",
    "dev.flyball.settings",
    "dev.flyball.json",
    "dev.flyball.internal"
  };

  private static final DescribedPredicate<JavaClass> OUTSIDE =
      describe("outside of Flyball", type -> !type.getPackageName().startsWith("dev.flyball"));

  private static final DescribedPredicate<JavaClass> ALLOWED_IN_CORE =
      resideInAnyPackage(
          "java..",
          "org.slf4j..",
          "io.opentelemetry.context..",
          "io.opentelemetry.api..",
          "org.jspecify..");

  @ArchTest
  static final ArchRule core_knowsFewLibraries =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat(OUTSIDE.and(DescribedPredicate.not(ALLOWED_IN_CORE)));

  @ArchTest
  static final ArchRule core_knowsNoModule =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.flyball.auth..",
              "dev.flyball.observability..",
              "dev.flyball.flags..",
              "dev.flyball.jdkhttp..",
              "dev.flyball.httpclient..",
              "dev.flyball.servlet..",
              "dev.flyball.testkit..",
              "dev.flyball.issuer..");

  @ArchTest
  static final ArchRule modules_neverKnowEachOther =
      slices()
          .matching("dev.flyball.(auth|observability|flags|jdkhttp|httpclient|servlet|issuer)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule internals_areKnownToCoreAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.flyball.internal..");

  @ArchTest
  static final ArchRule testkit_isKnownToTestsAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.flyball.testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.flyball.testkit..");

  @ArchTest
  static final ArchRule localIssuer_knowsNimbusAndTheJdk =
      noClasses()
          .that()
          .resideInAPackage("dev.flyball.issuer..")
          .should()
          .dependOnClassesThat(
              DescribedPredicate.not(
                  resideInAnyPackage(
                      "java..",
                      "javax..",
                      "com.sun.net.httpserver..",
                      "com.nimbusds..",
                      "org.jspecify..",
                      "dev.flyball.issuer..")));

  @ArchTest
  static final ArchRule settingsAnnotationsAndJson_knowNoCall =
      noClasses()
          .that()
          .resideInAnyPackage("dev.flyball.settings", "dev.flyball.annotation", "dev.flyball.json")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.flyball").or(resideInAPackage("dev.flyball.internal..")));

  @ArchTest
  static final ArchRule packages_areNullMarked =
      classes()
          .should(
              new ArchCondition<JavaClass>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean example = type.getPackageName().startsWith("dev.flyball.examples");
                  boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                  events.add(new SimpleConditionEvent(type, marked || example, type.getFullName()));
                }
              });

  @ArchTest
  static final ArchRule messages_goThroughTheLog =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Main")
          .and()
          .doNotHaveFullyQualifiedName("dev.flyball.settings.StartupException")
          .and()
          .doNotHaveFullyQualifiedName("dev.flyball.testkit.contract.ContractMatrix")
          .and()
          .doNotHaveFullyQualifiedName("dev.flyball.auth.ApiKeys")
          .and()
          .doNotHaveFullyQualifiedName("dev.flyball.testkit.hostile.HostileMatrix")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");
}
