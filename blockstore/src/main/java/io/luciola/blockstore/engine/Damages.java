package io.luciola.blockstore.engine;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found damaged while a device was opened, in words; each is logged once. */
final class Damages {

  private static final Logger LOG = LoggerFactory.getLogger(BlockEngine.class);

  private final String deviceName;
  private final List<String> all = new ArrayList<>();

  Damages(String deviceName) {
    this.deviceName = deviceName;
  }

  String deviceName() {
    return deviceName;
  }

  void add(String what) {
    all.add(what);
    LOG.error("{}: {}", deviceName, what);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<String> all() {
    return List.copyOf(all);
  }
}
