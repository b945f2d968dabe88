package io.luciola.spdk;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contract on the stand-in: both kinds of transport, both ways of completion. */
class StandInTest {

  @Nested
  class PcieByCopy extends OnStandIn {
    PcieByCopy() {
      super(StandInDrive.pcie(512, 65536), CompletionWay.COPY);
    }
  }

  @Nested
  class PcieByUpcall extends OnStandIn {
    PcieByUpcall() {
      super(StandInDrive.pcie(4096, 8192), CompletionWay.UPCALL);
    }
  }

  @Nested
  class TcpByCopy extends OnStandIn {
    TcpByCopy() {
      super(StandInDrive.tcp(4096, 8192), CompletionWay.COPY);
    }
  }

  @Nested
  class TcpByUpcall extends OnStandIn {
    TcpByUpcall() {
      super(StandInDrive.tcp(512, 65536), CompletionWay.UPCALL);
    }
  }

  @Nested
  class OutOfOrderByCopy extends OnStandIn {
    OutOfOrderByCopy() {
      super(shuffled(), CompletionWay.COPY);
    }

    private static StandInDrive shuffled() {
      StandInDrive drive = StandInDrive.pcie(512, 65536);
      drive.shuffleCompletions(7);
      drive.setPollInterval(3);
      return drive;
    }
  }

  /** A drive for each test. */
  abstract static class OnStandIn extends NvmeContract {

    private final StandInDrive drive;
    private final CompletionWay way;

    OnStandIn(StandInDrive drive, CompletionWay way) {
      this.drive = drive;
      this.way = way;
    }

    @Override
    Spdk spdk() {
      return StandInSpdk.start();
    }

    @Override
    TransportId target() {
      return drive.id();
    }

    @Override
    CompletionWay way() {
      return way;
    }

    @Override
    @AfterEach
    void disconnect() {
      super.disconnect();
      drive.close();
    }
  }
}
