package io.luciola.cluster.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads and writes configuration: TOML, keys in kebab-case, an unknown key is an error. */
public final class ConfigFile {

  private static final TomlMapper TOML =
      TomlMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .addModule(paths())
          .build();

  private ConfigFile() {}

  /** Paths as people write them, not as URIs. */
  private static SimpleModule paths() {
    return new SimpleModule()
        .addSerializer(Path.class, new ToStringSerializer())
        .addDeserializer(
            Path.class,
            new FromStringDeserializer<>(Path.class) {
              private static final long serialVersionUID = 1L;

              @Override
              protected Path _deserialize(String text, DeserializationContext context) {
                return Path.of(text);
              }
            });
  }

  /**
   * Reads a file into a record.
   *
   * @throws ConfigException naming the file and the key, or the line where it is malformed
   */
  public static <T> T read(Path file, Class<T> type) {
    return parse(file.toString(), text(file), type);
  }

  /**
   * The text of a file.
   *
   * @throws ConfigException when it cannot be read
   */
  public static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new ConfigException("configuration file " + file + " does not exist");
    } catch (IOException unreadable) {
      throw new ConfigException(
          "configuration file " + file + " cannot be read: " + unreadable.getMessage());
    }
  }

  /**
   * Reads a text into a record.
   *
   * @param origin where it comes from, for messages
   * @throws ConfigException naming the origin and the key, or the line where it is malformed
   */
  public static <T> T parse(String origin, String text, Class<T> type) {
    return bind(origin, tree(origin, text), type);
  }

  /** Whether a text that was read already says something by a key of its top level. */
  public static boolean hasKey(String text, String key) {
    return tree(key, text).has(key);
  }

  private static JsonNode tree(String origin, String text) {
    try {
      return TOML.readTree(text);
    } catch (JsonProcessingException malformed) {
      // The parser knows lines only of malformed files.
      JsonLocation location = malformed.getLocation();
      boolean known = location != null && location.getLineNr() > 0;
      throw new ConfigException(
          origin
              + (known ? ":" + location.getLineNr() : "")
              + ": "
              + malformed.getOriginalMessage());
    }
  }

  private static <T> T bind(String file, JsonNode tree, Class<T> type) {
    try {
      return TOML.treeToValue(tree, type);
    } catch (UnrecognizedPropertyException unknown) {
      throw new ConfigException(
          file
              + ": unknown key '"
              + path(unknown)
              + "'; known here: "
              + unknown.getKnownPropertyIds().stream()
                  .map(Object::toString)
                  .sorted()
                  .collect(Collectors.joining(", ")));
    } catch (JsonMappingException wrong) {
      String path = path(wrong);
      if (isMissing(tree, wrong)) {
        throw new ConfigException(file + ": the key '" + path + "' is missing");
      }
      String reason =
          wrong.getCause() == null ? wrong.getOriginalMessage() : wrong.getCause().getMessage();
      throw new ConfigException(file + ": " + (path.isEmpty() ? "" : "'" + path + "': ") + reason);
    } catch (JsonProcessingException wrong) {
      throw new ConfigException(file + ": " + wrong.getOriginalMessage());
    }
  }

  /** Writes a record as TOML. */
  public static void write(Path file, Object config) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, TomlText.of(TOML.valueToTree(config)));
  }

  /** Whether what could not be bound is not in the file at all, as a number without a default. */
  private static boolean isMissing(JsonNode tree, JsonMappingException failure) {
    JsonNode node = tree;
    for (JsonMappingException.Reference step : failure.getPath()) {
      String name = step.getFieldName();
      node = name == null ? node.path(step.getIndex()) : node.path(name);
    }
    return node.isMissingNode();
  }

  private static String path(JsonMappingException failure) {
    return failure.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."));
  }
}
