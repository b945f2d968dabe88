package io.luciola.cluster.mgmtd;

import io.luciola.blockstore.agent.ThreadEnd;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this Mgmtd is the primary, and what it does then: a {@link MembershipDriver} for each
 * term. Safe for any number of threads.
 */
final class PrimaryRole implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PrimaryRole.class);

  private record Term(long number, MembershipDriver driver) {}

  private final PrimaryLease lease;
  private final LongFunction<MembershipDriver> drivers;
  private final long stepNs;
  private final Thread thread;
  private volatile @Nullable Term current;
  private volatile boolean closed;
  private String lastFailure = "";

  /**
   * Is nobody yet.
   *
   * @param drivers makes, from what is stored, what acts in a term
   * @param stepNs time between two looks at the lease
   */
  PrimaryRole(PrimaryLease lease, LongFunction<MembershipDriver> drivers, long stepNs) {
    this.lease = lease;
    this.drivers = drivers;
    this.stepNs = stepNs;
    this.thread = Thread.ofPlatform().daemon().name("mgmtd-primary").unstarted(this::run);
  }

  /** Looks for the lease once, then goes on by itself. */
  void start() {
    step();
    thread.start();
  }

  /**
   * What acts in the current term.
   *
   * @throws NotPrimaryException when another Mgmtd is the primary, or nobody
   */
  MembershipDriver driver() {
    Term term = current;
    if (term == null || lease.term() != term.number) {
      throw new NotPrimaryException(lease.primaryAddress());
    }
    return term.driver;
  }

  /** The term in which this Mgmtd is the primary; 0 when it is not. */
  long term() {
    return lease.term();
  }

  /** Where this Mgmtd serves; empty when others cannot reach it there. */
  String address() {
    return lease.address();
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(stepNs);
      if (!closed) {
        step();
      }
    }
    Term term = current;
    current = null;
    if (term != null) {
      term.driver.close();
    }
    lease.release();
  }

  private void step() {
    try {
      lease.step();
      follow(lease.term());
      lastFailure = "";
    } catch (RuntimeException failure) {
      if (!failure.toString().equals(lastFailure)) {
        lastFailure = failure.toString();
        LOG.warn("cannot look after the primary's lease, trying again: {}", lastFailure);
      }
      follow(lease.term() == number() ? number() : 0);
    }
  }

  private long number() {
    Term term = current;
    return term == null ? 0 : term.number;
  }

  private void follow(long number) {
    Term term = current;
    if (term != null && term.number != number) {
      LOG.info("Mgmtd is not the primary any more (term {})", term.number);
      current = null;
      term.driver.close();
    }
    if (number > 0 && number() != number) {
      MembershipDriver driver = drivers.apply(number);
      driver.start();
      current = new Term(number, driver);
      LOG.info(
          "Mgmtd is the primary in term {}, routing version {}",
          number,
          driver.state().map().getVersion());
    }
  }

  /** Steps down. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    ThreadEnd.await(thread);
  }
}
