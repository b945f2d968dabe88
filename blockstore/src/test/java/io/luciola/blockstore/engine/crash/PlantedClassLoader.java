package io.luciola.blockstore.engine.crash;

import java.io.IOException;
import java.io.InputStream;

/**
 * Loads the engine, and the tests that use it, once more and with a bug; everything else comes from
 * the parent.
 */
final class PlantedClassLoader extends ClassLoader {

  /** The packages that are loaded once more. */
  static final String PREFIX = "io.luciola.blockstore.engine.";

  private final Plant plant;

  /** With this bug; with null, without one. */
  PlantedClassLoader(Plant plant) {
    super(PlantedClassLoader.class.getClassLoader());
    this.plant = plant;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith(PREFIX)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(resource)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      if (plant != null && name.equals(PREFIX + plant.className())) {
        bytes = plant.into(bytes);
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
