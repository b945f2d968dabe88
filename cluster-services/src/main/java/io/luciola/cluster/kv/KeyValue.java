package io.luciola.cluster.kv;

/**
 * A key and its value. The arrays are the reader's own.
 *
 * @param key at most {@link KeyValueStore#MAX_KEY_BYTES}
 * @param value at most {@link KeyValueStore#MAX_VALUE_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // a plain pair; nobody compares or hashes it
public record KeyValue(byte[] key, byte[] value) {}
