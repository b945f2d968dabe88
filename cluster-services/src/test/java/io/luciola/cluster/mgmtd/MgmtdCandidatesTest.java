package io.luciola.cluster.mgmtd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.luciola.cluster.config.ClusterSpec;
import io.luciola.cluster.kv.ManualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MgmtdCandidatesTest {

  private static final long MS = 1_000_000;

  private final ManualClock clock = new ManualClock();
  private final List<String> addresses = new ArrayList<>(List.of("10.0.0.1", "10.0.0.2"));
  private int resolutions;
  private final MgmtdCandidates candidates =
      new MgmtdCandidates(ClusterSpec.parse("mgmtd.example:7420"), this::resolve, clock);

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    if (!host.equals("mgmtd.example")) {
      return List.of(InetAddress.ofLiteral(host));
    }
    resolutions++;
    if (addresses.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return addresses.stream().map(InetAddress::ofLiteral).toList();
  }

  @Test
  void everyAddressOfANameIsTriedInTurn() {
    assertEquals(Set.of("10.0.0.1", "10.0.0.2"), failRound(2));
    assertNull(candidates.next(), "all are left alone for a moment");
  }

  @Test
  void whoAnswersIsAskedAgainAndWhoDoesNotIsLeftAloneForLongerEachTime() {
    addresses.removeLast();
    InetSocketAddress only = candidates.next();
    candidates.onAnswer(only);
    assertEquals(only, candidates.next());
    for (long coolDownMs : new long[] {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000}) {
      candidates.onFailure(only);
      clock.pass(coolDownMs * MS - 1);
      assertNull(candidates.next());
      clock.pass(1);
      assertEquals(only, candidates.next());
    }
    candidates.onAnswer(only);
    candidates.onFailure(only);
    clock.pass(100 * MS);
    assertEquals(only, candidates.next(), "an answer makes up for all");
  }

  @Test
  void aStandbyNamesThePrimaryEvenIfNobodyConfiguredIt() {
    InetSocketAddress standby = candidates.next();
    candidates.onStandby(standby, "10.9.9.9:7000");
    assertEquals(new InetSocketAddress("10.9.9.9", 7000), candidates.next());
    candidates.onFailure(new InetSocketAddress("10.9.9.9", 7000));
    InetSocketAddress other = candidates.next();
    assertTrue(addresses.contains(other.getAddress().getHostAddress()) && !other.equals(standby));
    candidates.onStandby(other, "10.9.9.9:7000");
    assertNull(candidates.next(), "a dead primary is left alone, whoever names it");
  }

  @Test
  void namesAreResolvedAnewWhenNobodyAnswersAndNowAndThen() {
    candidates.onAnswer(candidates.next());
    assertEquals(1, resolutions);
    clock.pass(29_000 * MS);
    candidates.next();
    assertEquals(1, resolutions);
    clock.pass(1_000 * MS);
    candidates.next();
    assertEquals(2, resolutions);
    addresses.clear();
    addresses.add("10.0.0.7");
    clock.pass(500 * MS);
    failRound(2);
    assertEquals("10.0.0.7", candidates.next().getAddress().getHostAddress());
  }

  @Test
  void anAddressIsKeptWhileItsNameHasNone() {
    candidates.next();
    addresses.clear();
    clock.pass(30_000 * MS);
    assertNotNull(candidates.next());
  }

  private Set<String> failRound(int times) {
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < times; i++) {
      InetSocketAddress address = candidates.next();
      asked.add(address.getAddress().getHostAddress());
      candidates.onFailure(address);
    }
    return asked;
  }
}
