package io.luciola.cluster.cli.chaintable;

import io.luciola.blockstore.device.ByteSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A size on the command line, such as {@code 8TiB}; positive. */
final class SizeOption implements ITypeConverter<Long> {

  @Override
  public Long convert(String text) {
    try {
      long bytes = ByteSize.parse(text);
      if (bytes > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException wrong) {
      throw new TypeConversionException(wrong.getMessage());
    }
    throw new TypeConversionException("a size is more than 0");
  }
}
