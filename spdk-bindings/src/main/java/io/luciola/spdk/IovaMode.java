package io.luciola.spdk;

/** The addresses that drives are given for memory. */
public enum IovaMode {
  /** SPDK chooses by driver and permissions. */
  AUTO(""),
  /** Physical addresses; needs root. */
  PHYSICAL("pa"),
  /** The process's own addresses through the IOMMU; works without root. */
  VIRTUAL("va");

  private final String code;

  IovaMode(String code) {
    this.code = code;
  }

  /** Returns SPDK's name, empty for its default. */
  String code() {
    return code;
  }
}
