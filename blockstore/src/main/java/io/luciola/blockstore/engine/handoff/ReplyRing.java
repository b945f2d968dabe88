package io.luciola.blockstore.engine.handoff;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import java.util.function.Consumer;

/** Answers on their way from an engine's agent to one client. Never full: sized by its owner. */
final class ReplyRing {

  private final RingBuffer<RequestSlot> ring;
  private final EventPoller<RequestSlot> poller;
  private final EventPoller.Handler<RequestSlot> handler;

  /**
   * Made by the client.
   *
   * @param capacity most answers that can be under way
   * @param receiver of the answers, called by {@link #drain()}
   */
  ReplyRing(int capacity, Consumer<Request> receiver) {
    int powerOfTwo = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
    ring =
        RingBuffer.createSingleProducer(RequestSlot::new, powerOfTwo, new BusySpinWaitStrategy());
    poller = ring.newPoller();
    ring.addGatingSequences(poller.getSequence());
    handler =
        (slot, sequence, endOfBatch) -> {
          receiver.accept(slot.request);
          return true;
        };
  }

  /** Agent only. */
  void publish(Request request) {
    long sequence;
    try {
      sequence = ring.tryNext();
    } catch (InsufficientCapacityException full) {
      throw new IllegalStateException("a reply ring is full, so an answer was given twice", full);
    }
    ring.get(sequence).request = request;
    ring.publish(sequence);
  }

  /** Client only: hands over all that is there. */
  void drain() {
    try {
      poller.poll(handler);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a ring's handler threw a checked exception", e);
    }
  }
}
