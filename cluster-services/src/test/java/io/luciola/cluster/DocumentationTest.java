package io.luciola.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation names exists. */
class DocumentationTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern CLASS_NAME =
      Pattern.compile("`([A-Z][a-z]+[A-Z][A-Za-z]*|Reply|Worker|Operation|Piece|Journal)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

  @Test
  void everyClassThatTheArchitectureNamesExists() throws IOException {
    String text = Files.readString(ROOT.resolve("docs/architecture.md"));
    Set<String> named =
        CLASS_NAME.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    assertFalse(named.isEmpty());
    Set<String> missing = new TreeSet<>(named);
    missing.removeAll(classNames());
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    Set<String> broken = new TreeSet<>();
    for (Path page : pages()) {
      LINK.matcher(Files.readString(page))
          .results()
          .map(found -> found.group(1))
          .filter(link -> !Files.exists(page.resolveSibling(link)))
          .forEach(link -> broken.add(ROOT.relativize(page) + " -> " + link));
    }
    assertEquals(Set.of(), broken);
  }

  private static Set<String> classNames() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .map(Path::toString)
          .filter(path -> path.endsWith(".java") && path.contains("/src/"))
          .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CHANGELOG.md")),
              docs.filter(path -> path.toString().endsWith(".md")).toList().stream())
          .toList();
    }
  }
}
