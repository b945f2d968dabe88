package io.luciola.cluster.client;

import io.luciola.cluster.routing.NodeAddress;

/**
 * A storage node's answer to one question; its payload is valid until the next one.
 *
 * @param node who answered
 * @param status OK, or why there is nothing else
 * @param version the answer's number: a version or a cursor
 * @param payloadAddress where the payload is, which arrived as it was sent
 * @param payloadBytes how long it is
 */
record NodeAnswer(
    NodeAddress node, int status, long version, long payloadAddress, int payloadBytes) {}
