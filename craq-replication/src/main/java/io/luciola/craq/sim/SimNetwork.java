package io.luciola.craq.sim;

import io.luciola.craq.ReplicaStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Calls between parties over one connection per ordered pair. A connection keeps order. When it
 * breaks, each call without an answer fails with TRANSPORT; its request may have arrived, or arrive
 * still, but not behind one of a later connection, unless it is a stray.
 */
final class SimNetwork {

  /** One end: a replica's node or a client. */
  static class Party {
    boolean up = true;
    int incarnation;

    /** Does something after a while, if the party still lives the same life then. */
    final void later(SimLoop loop, int life, long delayNs, Runnable action) {
      loop.after(
          delayNs,
          () -> {
            if (up && incarnation == life) {
              action.run();
            }
          });
    }
  }

  /** Takes an answer. */
  interface Answer {
    void on(int status, long value, int lengthBytes);
  }

  /** A request at its receiver. */
  interface Request {
    void deliver(Answer answer);
  }

  private static final long MAX_STRAY_NS = 100 * SimLoop.MILLI;

  private record Pair(Party from, Party to) {}

  private static final class Link {
    final List<Call> calls = new ArrayList<>();
    long requestFifoNs;
    long answerFifoNs;
    long cutUntilNs;
  }

  private static final class Call {
    Answer answer;
    boolean over;
    boolean dropped;
  }

  private final SimLoop loop;
  private final Map<Pair, Link> links = new HashMap<>();
  private final List<Link> allLinks = new ArrayList<>();

  /** Of its own, so that seeds without stray requests do not depend on them. */
  private final SplittableRandom strayDice;

  /** Told of every request that arrives once more. */
  Runnable strayArrived = () -> {};

  double loss;

  /** How many of the requests arrive once more, and late. */
  double strays;

  SimNetwork(SimLoop loop, long seed) {
    this.loop = loop;
    strayDice = new SplittableRandom(~seed);
  }

  /**
   * A call whose request may arrive once more, behind any that was sent after it: as when what is
   * left of a broken connection is read later than what came over the next one. Nobody hears the
   * answer to the stray.
   */
  void callWithStrays(Party from, Party to, long timeoutNs, Request request, Answer answer) {
    if (strayDice.nextDouble() < strays) {
      int toLife = to.incarnation;
      loop.after(
          strayDice.nextLong(MAX_STRAY_NS),
          () -> {
            if (to.up && to.incarnation == toLife && !isCut(from, to)) {
              strayArrived.run();
              request.deliver((status, value, length) -> {});
            }
          });
    }
    call(from, to, timeoutNs, request, answer);
  }

  void call(Party from, Party to, long timeoutNs, Request request, Answer answer) {
    Link link = link(from, to);
    Call call = new Call();
    int fromLife = from.incarnation;
    call.answer =
        (status, value, length) -> {
          if (from.up && from.incarnation == fromLife) {
            answer.on(status, value, length);
          }
        };
    link.calls.add(call);
    if (!to.up || loop.nowNs() < link.cutUntilNs) {
      call.dropped = true;
      fail(link, call);
      return;
    }
    int toLife = to.incarnation;
    link.requestFifoNs = Math.max(link.requestFifoNs, loop.nowNs() + networkDelay());
    loop.at(
        link.requestFifoNs,
        () -> {
          if (!call.dropped && to.up && to.incarnation == toLife) {
            request.deliver((status, value, length) -> respond(link, call, status, value, length));
          }
        });
    loop.after(
        timeoutNs,
        () -> {
          if (!call.over) {
            breakLink(link);
          }
        });
    if (loop.chance(loss)) {
      loop.after(networkDelay(), () -> breakLink(link));
    }
  }

  private void respond(Link link, Call call, int status, long value, int length) {
    link.answerFifoNs = Math.max(link.answerFifoNs, loop.nowNs() + networkDelay());
    loop.at(
        link.answerFifoNs,
        () -> {
          if (!call.over) {
            call.over = true;
            link.calls.remove(call);
            call.answer.on(status, value, length);
          }
        });
  }

  private void fail(Link link, Call call) {
    call.over = true;
    link.calls.remove(call);
    loop.after(networkDelay(), () -> call.answer.on(ReplicaStatus.TRANSPORT, 0, 0));
  }

  private void breakLink(Link link) {
    for (Call call : List.copyOf(link.calls)) {
      call.dropped = loop.random.nextBoolean();
      fail(link, call);
    }
  }

  /** Breaks what a party has, as when its process ends. */
  void hangUp(Party party) {
    links.forEach(
        (pair, link) -> {
          if (pair.to == party || pair.from == party) {
            hungUp.add(link);
          }
        });
    allLinks.stream().filter(hungUp::contains).forEach(this::breakLink);
    hungUp.clear();
  }

  private final List<Link> hungUp = new ArrayList<>();

  /** Cuts one direction between two parties for a while. */
  void cut(Party from, Party to, long durationNs) {
    Link link = link(from, to);
    link.cutUntilNs = loop.nowNs() + durationNs;
    breakLink(link);
  }

  boolean isCut(Party from, Party to) {
    return loop.nowNs() < link(from, to).cutUntilNs;
  }

  void heal() {
    loss = 0;
    strays = 0;
    allLinks.forEach(link -> link.cutUntilNs = 0);
  }

  private Link link(Party from, Party to) {
    return links.computeIfAbsent(
        new Pair(from, to),
        pair -> {
          Link link = new Link();
          allLinks.add(link);
          return link;
        });
  }

  private long networkDelay() {
    return loop.delay(20 * SimLoop.MICRO, 3 * SimLoop.MILLI);
  }
}
