package io.luciola.cluster.cli.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.luciola.cluster.cli.CommandFailure;
import io.luciola.cluster.cli.admin.AdminCluster.Outcome;
import io.luciola.cluster.client.LuciolaClient;
import io.luciola.cluster.client.Namespace;
import io.luciola.cluster.meta.MetaServer;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.Inode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutVerbTest {

  @TempDir Path directory;
  private AdminCluster cluster;
  private MetaServer meta;
  private LuciolaClient client;
  private long models;

  @BeforeEach
  void start() throws Exception {
    cluster = new AdminCluster(directory);
    meta = cluster.startMeta(null);
    client = cluster.connect();
    models = makeDirectory(Namespace.ROOT_INODE, "models");
  }

  @AfterEach
  void stop() {
    client.close();
    meta.close();
    cluster.close();
  }

  private long makeDirectory(long parent, String name) {
    Namespace namespace = client.namespace();
    return namespace
        .makeDirectory(namespace.caller(0, 0), parent, ByteString.copyFromUtf8(name), 0755)
        .getId();
  }

  private Inode makeNode(long parent, String name, FileType type) {
    Namespace namespace = client.namespace();
    return namespace.makeNode(
        namespace.caller(0, 0), parent, ByteString.copyFromUtf8(name), type, 0644, 0);
  }

  @Test
  void whatADirectorySaysIsShownWithWhereItComesFrom() {
    assertEquals(
        """
        /models: new files get
        chunk size  1MiB (the cluster's default)
        stripe      16 (the cluster's default)\
        """,
        cluster.done("get-layout", "/models"));
    assertEquals(
        """
        models/: new files get
        chunk size  4MiB (its own)
        stripe      1 (its own)\
        """,
        cluster.done("set-layout", "models/", "--chunk-size", "4MiB", "--stripe", "1"));
    makeDirectory(models, "new one");
    cluster.done("set-layout", "/models/new one", "--stripe", "2");
    JsonNode inner = cluster.admin("get-layout", "/models/new one", "--output", "json").json();
    assertEquals("DIRECTORY", inner.get("type").asText());
    assertEquals(4 << 20, inner.get("chunk_size_bytes").asInt());
    assertEquals("INHERITED", inner.get("chunk_size_origin").asText());
    assertEquals(2, inner.get("stripe").asInt());
    assertEquals("OWN", inner.get("stripe_origin").asText());
    assertTrue(
        cluster
            .done("set-layout", "/models", "--chunk-size", "default")
            .contains("1MiB (the cluster's default)"));
    assertTrue(
        cluster
            .done("set-layout", "/models", "--stripe", "0")
            .contains("16 (the cluster's default)"));
  }

  @Test
  void whereTheChunksOfAFileAreIsShownSegmentBySegment() {
    cluster.done("set-layout", "/models", "--chunk-size", "64KiB", "--stripe", "2");
    Inode file = makeNode(models, "weights", FileType.REGULAR);
    client.namespace().growLayout(file.getId(), 2);
    String page = cluster.done("get-layout", "/models/weights");
    assertEquals("/models/weights: chunks of 64KiB", page.lines().findFirst().orElseThrow());
    assertEquals(5, page.lines().count(), page);
    JsonNode json = cluster.admin("get-layout", "/models/weights", "--output", "json").json();
    assertEquals("FILE", json.get("type").asText());
    assertEquals(64 << 10, json.get("chunk_size_bytes").asInt());
    JsonNode segments = json.get("segments");
    assertEquals(3, segments.size());
    assertEquals(0, segments.get(0).get("first_chunk").asLong());
    assertEquals(1, segments.get(0).get("chunk_count").asLong());
    assertEquals(1, segments.get(0).get("chains").size());
    assertEquals(2, segments.get(2).get("first_chunk").asLong());
    assertEquals(32, segments.get(2).get("chunk_count").asLong());
    assertEquals(2, segments.get(2).get("chains").size());
  }

  @Test
  void whatCannotBeIsSaidInOneLine() {
    makeNode(models, "weights", FileType.REGULAR);
    makeNode(models, "pipe", FileType.FIFO);
    cluster.refused(
        "/models/weights is not a directory", "set-layout", "/models/weights", "--stripe", "1");
    cluster.refused("/nowhere/deep: ", "get-layout", "/nowhere/deep");
    cluster.refused("/models/weights/x: ", "get-layout", "/models/weights/x");
    cluster.refused(
        "/models/pipe is neither a regular file nor a directory", "get-layout", "/models/pipe");
    usage("--chunk-size or --stripe", "/models");
    usage("--chunk-size must be a power of two", "/models", "--chunk-size", "3MiB");
    usage("--chunk-size must be a power of two", "/models", "--chunk-size", "128MiB");
    usage("--chunk-size: 'big' is not a size", "/models", "--chunk-size", "big");
    usage("--stripe must be 1 to 4096, not 4097", "/models", "--stripe", "4097");
    usage("--stripe must be 1 to 4096, not many", "/models", "--stripe", "many");
    assertTrue(cluster.done("get-layout", "/").contains("1MiB (the cluster's default)"));
  }

  private void usage(String message, String... arguments) {
    Outcome outcome = cluster.admin("set-layout", arguments);
    assertEquals(CommandFailure.USAGE, outcome.exitCode(), outcome.out());
    assertTrue(outcome.err().contains(message), outcome.err());
  }
}
