package io.luciola.blockstore.engine;

/** A request on an extent that it does not own, in the order of beginning. */
class OrderedRequest {
  long number;
  OrderedRequest earlier;
  OrderedRequest later;
}
