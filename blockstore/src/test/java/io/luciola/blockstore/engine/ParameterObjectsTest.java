package io.luciola.blockstore.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

/** A field that is added to a parameter object must be copied, too. */
class ParameterObjectsTest {

  @Test
  void everyFieldOfAnUpdateIsCopied() throws IllegalAccessException {
    ChunkUpdate from = new ChunkUpdate();
    ChunkUpdate to = new ChunkUpdate();
    fill(from);
    to.copyFrom(from);
    assertSameFields(from, to);
  }

  @Test
  void everyFieldOfAStatIsCopied() throws IllegalAccessException {
    ChunkStat from = new ChunkStat();
    ChunkStat to = new ChunkStat();
    fill(from);
    to.copyFrom(from);
    assertSameFields(from, to);
  }

  private static void fill(Object object) throws IllegalAccessException {
    int value = 1000;
    for (Field field : object.getClass().getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      value++;
      if (field.getType() == int.class) {
        field.setInt(object, value);
      } else {
        field.setLong(object, value);
      }
    }
  }

  private static void assertSameFields(Object from, Object to) throws IllegalAccessException {
    for (Field field : from.getClass().getFields()) {
      assertEquals(field.get(from), field.get(to), field.getName());
    }
  }
}
