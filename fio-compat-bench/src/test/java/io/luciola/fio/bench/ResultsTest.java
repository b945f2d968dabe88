package io.luciola.fio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "randread-qd1",
              "IOPS",
              "k",
              12.345,
              13,
              0.9499,
              Judgement.RATIO_AT_LEAST,
              0.95,
              false,
              List.of(12.345),
              List.of(13.0)),
          Row.absolute("memory", "IOPS", "k", List.of(1700.0), Judgement.VALUE_AT_LEAST, 1500),
          Row.absolute(
              "chunks", "open after close", "s", List.of(0.5), Judgement.NONE, Double.NaN));

  @Test
  void theTableHasAlignedColumns() {
    assertEquals(
        """
        case          measure             ours  reference  ratio  bar                  reached
        randread-qd1  IOPS              12.3 k     13.0 k   0.95  >= 0.95 x reference  NO
        memory        IOPS              1700 k                    >= 1500 k            yes
        chunks        open after close  0.50 s                    -                    -
        """
            .replaceAll("(?m) +$", ""),
        ResultTable.of(ROWS));
  }

  @Test
  void theJsonHasEveryRunAndNullForWhatThereIsNot() throws Exception {
    BenchOptions options = new BenchOptions(1 << 30, 5, 4, 3, 1000);
    JsonNode json =
        new ObjectMapper().readTree(ResultJson.of(ROWS, options, Instant.ofEpochSecond(0)));
    assertEquals("1970-01-01T00:00:00Z", json.at("/when").asText());
    assertEquals(1 << 30, json.at("/options/size_bytes").asLong());
    assertFalse(json.at("/reached").asBoolean());
    assertEquals(0.9499, json.at("/rows/0/ratio").asDouble());
    assertEquals("ratio_at_least", json.at("/rows/0/judgement").asText());
    assertEquals(13, json.at("/rows/0/reference_runs/0").asDouble());
    assertTrue(json.at("/rows/1/ratio").isNull());
    assertTrue(json.at("/rows/2/bar").isNull());
    assertTrue(json.at("/rows/2/reached").asBoolean());
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertEquals(2.5, Medians.of(List.of(4.0, 1.0, 3.0, 2.0)));
    assertEquals(3, Medians.of(List.of(4.0, 1.0, 3.0)));
  }
}
