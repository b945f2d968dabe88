package io.luciola.blockstore.engine;

/**
 * How far scrubbing has come, and what it found, since the engine was opened.
 *
 * @param passes finished passes over everything on the device
 * @param passBytes bytes that this pass has read
 * @param passFraction how much of the chunk table this pass has behind it, 0 to 1
 * @param lastPassBytes bytes that the last finished pass read; 0 when there is none
 * @param lastPassNs how long the last finished pass took
 * @param badBlocks blocks of chunks that were found unreadable or not as they should be; one that
 *     stays bad counts in each pass
 * @param badMetadata metadata pages and copies that were found damaged and are written anew
 */
public record ScrubStatus(
    long passes,
    long passBytes,
    double passFraction,
    long lastPassBytes,
    long lastPassNs,
    long badBlocks,
    long badMetadata) {}
