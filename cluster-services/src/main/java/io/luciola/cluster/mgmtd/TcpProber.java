package io.luciola.cluster.mgmtd;

import io.luciola.cluster.config.HostPort;
import io.luciola.craq.membership.ProbeOutcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects by TCP. A connection that opens counts as an answer; which process has answered is not
 * asked.
 */
final class TcpProber implements Prober {

  private static final Logger LOG = LoggerFactory.getLogger(TcpProber.class);

  private final Duration timeout;

  /** Waits so long for each address; far less than the system's own limit for connecting. */
  TcpProber(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public ProbeOutcome probe(HostPort node) {
    ProbeOutcome outcome = ProbeOutcome.REFUSED;
    try {
      for (InetAddress address : InetAddress.getAllByName(node.host())) {
        ProbeOutcome one = probe(address, node.port());
        if (one == ProbeOutcome.ANSWERED) {
          return one;
        }
        if (one == ProbeOutcome.TIMEOUT) {
          outcome = one;
        }
      }
      return outcome;
    } catch (UnknownHostException unknown) {
      LOG.debug("cannot resolve {}", node);
      return ProbeOutcome.TIMEOUT;
    }
  }

  private ProbeOutcome probe(InetAddress address, int port) {
    if (address.isAnyLocalAddress()) {
      return ProbeOutcome.TIMEOUT; // that would be this machine
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
      return ProbeOutcome.ANSWERED;
    } catch (ConnectException refused) {
      // Within our timeout there is no other reason for this exception.
      return ProbeOutcome.REFUSED;
    } catch (IOException unreachable) {
      LOG.debug("{}:{}: {}", address, port, unreachable.toString());
      return ProbeOutcome.TIMEOUT;
    }
  }
}
