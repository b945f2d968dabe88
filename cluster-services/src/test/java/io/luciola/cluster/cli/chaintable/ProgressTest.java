package io.luciola.cluster.cli.chaintable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

  @Test
  void whatTakesLongIsNamed() throws InterruptedException {
    CountDownLatch said = new CountDownLatch(1);
    StringWriter text = new StringWriter();
    PrintWriter err =
        new PrintWriter(text) {
          @Override
          public void flush() {
            super.flush();
            said.countDown();
          }
        };
    try (Progress _ = new Progress(err, Duration.ofMillis(1), "counting")) {
      assertTrue(said.await(60, TimeUnit.SECONDS));
    }
    assertTrue(text.toString().matches("luciola: counting, \\d+ s\\R(?s:.*)"), text.toString());
  }

  @Test
  void whatIsQuickIsNot() {
    StringWriter text = new StringWriter();
    try (Progress progress = new Progress(new PrintWriter(text), Duration.ofHours(1), "counting")) {
      progress.begin("measuring");
    }
    assertEquals("", text.toString());
  }
}
