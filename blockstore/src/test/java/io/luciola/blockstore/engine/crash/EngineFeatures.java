package io.luciola.blockstore.engine.crash;

/** What the engine can do, of what its interface names. */
final class EngineFeatures {

  static final boolean CONDITIONS = true;
  static final boolean PUNCH = true;
  static final boolean BATCHES = true;

  private EngineFeatures() {}
}
