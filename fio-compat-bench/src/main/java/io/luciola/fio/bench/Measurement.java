package io.luciola.fio.bench;

/**
 * What one run gave.
 *
 * @param iops I/Os per second
 * @param bytesPerSecond bandwidth
 * @param cpuNsPerIo processor time of the whole process, user and system, per I/O
 */
record Measurement(double iops, double bytesPerSecond, double cpuNsPerIo) {}
