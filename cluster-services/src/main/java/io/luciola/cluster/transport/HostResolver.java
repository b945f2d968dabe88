package io.luciola.cluster.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Turns hosts into addresses without stopping the thread that polls: literal addresses at once,
 * names on a virtual thread.
 */
final class HostResolver {

  private final EventPoll poll;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

  HostResolver(EventPoll poll) {
    this.poll = poll;
  }

  void resolve(String host, TcpConnection connection) {
    InetAddress literal = literalOrNull(host);
    if (literal != null) {
      answers.add(new Answer(connection, List.of(literal), ""));
    } else {
      Thread.ofVirtual().name("resolve-" + host).start(() -> lookUp(host, connection));
    }
  }

  /** Starts the connections whose hosts were resolved. */
  void deliver() {
    for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
      if (answer.addresses.isEmpty()) {
        answer.connection.close(answer.failure);
      } else {
        answer.connection.start(answer.addresses);
      }
    }
  }

  private void lookUp(String host, TcpConnection connection) {
    try {
      answers.add(new Answer(connection, List.of(InetAddress.getAllByName(host)), ""));
    } catch (UnknownHostException e) {
      answers.add(new Answer(connection, List.of(), "unknown host"));
    }
    poll.wakeUp();
  }

  private static InetAddress literalOrNull(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null; // a name
    }
  }

  private record Answer(TcpConnection connection, List<InetAddress> addresses, String failure) {}
}
