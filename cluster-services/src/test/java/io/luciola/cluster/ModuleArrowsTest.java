package io.luciola.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Which module may know which, as docs/architecture.md draws it. */
class ModuleArrowsTest {

  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "spdk-bindings", Set.of(),
          "blockstore", Set.of("spdk-bindings"),
          "chain-table", Set.of(),
          "target-manager", Set.of("blockstore", "chain-table"),
          "craq-replication", Set.of("blockstore", "chain-table"),
          "cluster-services",
              Set.of("blockstore", "chain-table", "target-manager", "craq-replication"),
          "fuse", Set.of("cluster-services"),
          "fio-compat-bench", Set.of("cluster-services"));

  @Test
  void modulesDependOnlyAlongTheArrows() throws Exception {
    Path root = Path.of("").toAbsolutePath().getParent();
    Map<String, Set<String>> found = new TreeMap<>();
    for (String module : ALLOWED.keySet()) {
      found.put(module, ownDependencies(root.resolve(module).resolve("pom.xml")));
    }
    assertEquals(new TreeMap<>(ALLOWED), found);
    assertEquals(new TreeSet<>(ALLOWED.keySet()), modules(root.resolve("pom.xml")));
  }

  private static Set<String> ownDependencies(Path pom) throws Exception {
    return texts(
        pom,
        "/project/dependencies/dependency[groupId='io.luciola' and not(scope='test')]/artifactId");
  }

  private static Set<String> modules(Path pom) throws Exception {
    return texts(pom, "/project/modules/module");
  }

  private static Set<String> texts(Path pom, String path) throws Exception {
    Document document;
    try (var in = Files.newInputStream(pom)) {
      document = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(in);
    }
    NodeList nodes =
        (NodeList)
            XPathFactory.newDefaultInstance()
                .newXPath()
                .evaluate(path, document, XPathConstants.NODESET);
    Set<String> texts = new TreeSet<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }
}
