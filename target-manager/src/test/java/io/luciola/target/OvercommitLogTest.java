package io.luciola.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OvercommitLogTest {

  @Test
  void budgetsBeyondTheCapacityAreSaidOnceAndAgainWhenThatHadEnded() throws DiskException {
    DiskShelf shelf = new DiskShelf().withBlank("a");
    Logger logger = (Logger) LoggerFactory.getLogger(DiskSlot.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try (DiskSet set = shelf.open(DiskShelf.FORMATS, "a")) {
      create(set, 1 << 20);
      assertEquals(0, lines.list.size());
      create(set, 1L << 40);
      create(set, 1L << 40);
      set.reports(List.of());
      assertEquals(1, lines.list.size());
      String line = lines.list.getFirst().getFormattedMessage();
      assertTrue(line.contains("uring:/a") && line.contains(Long.toString(1L << 40)), line);
      create(set, 1 << 20);
      create(set, 1L << 40);
      assertEquals(2, lines.list.size());
    } finally {
      logger.detachAppender(lines);
    }
  }

  private static void create(DiskSet set, long budgetBytes) {
    set.createTargets(List.of(new WantedTarget(7, set.disks().getFirst().uuid(), budgetBytes)));
  }
}
