package io.luciola.blockstore.engine.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Loads the engine, and the tests that use it, once more and with a bug; everything else comes from
 * the parent.
 */
final class PlantedClassLoader extends ClassLoader {

  /** The packages that are loaded once more. */
  static final String PREFIX = "io.luciola.blockstore.engine.";

  private final String plantedClass;
  private final byte[] plantedBytes;

  /** With this bug; with null, without one. */
  PlantedClassLoader(Plant plant) {
    super(PlantedClassLoader.class.getClassLoader());
    plantedClass = plant == null ? null : PREFIX + plant.className();
    plantedBytes = plant == null ? null : plant.into(classFile(plantedClass));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith(PREFIX)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      byte[] bytes = name.equals(plantedClass) ? plantedBytes : classFile(name);
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private byte[] classFile(String name) {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no class " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
