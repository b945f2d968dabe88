package io.luciola.cluster.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Writes a tree as TOML in the shape that people write: values first, then tables, lists of tables
 * as {@code [[name]]}.
 */
final class TomlText {

  private final StringBuilder text = new StringBuilder();

  private TomlText() {}

  static String of(JsonNode tree) {
    TomlText toml = new TomlText();
    toml.table("", tree);
    return toml.text.toString().stripLeading();
  }

  private void table(String name, JsonNode table) {
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      if (!isTable(entry.getValue()) && !isListOfTables(entry.getValue())) {
        text.append(entry.getKey()).append(" = ").append(value(entry.getValue())).append('\n');
      }
    }
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      String inner = name.isEmpty() ? entry.getKey() : name + "." + entry.getKey();
      if (isTable(entry.getValue())) {
        text.append("\n[").append(inner).append("]\n");
        table(inner, entry.getValue());
      } else if (isListOfTables(entry.getValue())) {
        for (JsonNode element : entry.getValue()) {
          text.append("\n[[").append(inner).append("]]\n");
          table(inner, element);
        }
      }
    }
  }

  private static boolean isTable(JsonNode node) {
    return node.isObject();
  }

  private static boolean isListOfTables(JsonNode node) {
    return node.isArray() && !node.isEmpty() && node.get(0).isObject();
  }

  /** JSON's strings, numbers, booleans and lists of them are TOML's too. */
  private static String value(JsonNode node) {
    return node.toString();
  }
}
