package io.luciola.cluster.kv;

import io.luciola.cluster.kv.proto.GetRangeRequest;
import io.luciola.cluster.kv.proto.GetRangeResponse;
import io.luciola.cluster.kv.proto.Pair;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The pairs of a range, fetched from a server page by page. */
final class RemoteScan implements Iterator<KeyValue> {

  private final Function<GetRangeRequest, GetRangeResponse> server;
  private final long version;
  private final boolean reverse;
  private final int pageSize;
  private byte[] begin;
  private byte[] end;
  private Iterator<Pair> page = List.<Pair>of().iterator();
  private boolean more = true;

  RemoteScan(
      Function<GetRangeRequest, GetRangeResponse> server,
      byte[] begin,
      byte[] end,
      long version,
      boolean reverse,
      int pageSize) {
    this.server = server;
    this.begin = begin;
    this.end = end;
    this.version = version;
    this.reverse = reverse;
    this.pageSize = pageSize;
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && more) {
      fetch();
    }
    return page.hasNext();
  }

  private void fetch() {
    if (KeyOrder.COMPARATOR.compare(begin, end) >= 0) {
      more = false;
      return;
    }
    GetRangeResponse answer =
        server.apply(
            GetRangeRequest.newBuilder()
                .setRange(KvMessages.range(begin, end))
                .setVersion(version)
                .setReverse(reverse)
                .setLimit(pageSize)
                .build());
    page = answer.getPairsList().iterator();
    more = answer.getMore() && answer.getPairsCount() > 0;
    if (more) {
      byte[] last = answer.getPairs(answer.getPairsCount() - 1).getKey().toByteArray();
      if (reverse) {
        end = last;
      } else {
        begin = KeyOrder.after(last);
      }
    }
  }

  @Override
  public KeyValue next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Pair pair = page.next();
    return new KeyValue(pair.getKey().toByteArray(), pair.getValue().toByteArray());
  }
}
