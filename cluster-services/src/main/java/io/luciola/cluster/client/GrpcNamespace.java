package io.luciola.cluster.client;

import com.google.protobuf.ByteString;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.CloseRequest;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.Empty;
import io.luciola.cluster.meta.proto.EntryRequest;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FileType;
import io.luciola.cluster.meta.proto.GrowLayoutRequest;
import io.luciola.cluster.meta.proto.Inode;
import io.luciola.cluster.meta.proto.InodeRequest;
import io.luciola.cluster.meta.proto.KeepAliveRequest;
import io.luciola.cluster.meta.proto.LinkRequest;
import io.luciola.cluster.meta.proto.MakeRequest;
import io.luciola.cluster.meta.proto.MetaGrpc;
import io.luciola.cluster.meta.proto.MetaGrpc.MetaBlockingStub;
import io.luciola.cluster.meta.proto.OpenRequest;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.ReadDirectoryRequest;
import io.luciola.cluster.meta.proto.ReadDirectoryResponse;
import io.luciola.cluster.meta.proto.RenameRequest;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import io.luciola.cluster.meta.proto.SetDirectoryLayoutRequest;
import io.luciola.cluster.meta.proto.SymlinkRequest;
import io.luciola.cluster.meta.proto.SyncLengthRequest;
import io.luciola.cluster.service.TransportFailure;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name space over gRPC. Each call has a deadline; while Meta is unavailable it is repeated
 * under the same request id, so that it takes effect once. A thread keeps the sessions alive until
 * {@link #close()}.
 */
public final class GrpcNamespace implements Namespace {

  /**
   * How long things may take.
   *
   * @param callDeadline for one call with all its repeats; then it fails with EIO
   * @param keepAliveInterval well below the 60 s after which Meta ends a client's sessions
   */
  public record Timing(Duration callDeadline, Duration keepAliveInterval) {

    /** 5 s for a call, a sign of life each 10 s. */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  private static final Logger LOG = LoggerFactory.getLogger(GrpcNamespace.class);

  private static final Metadata.Key<String> ERRNO =
      Metadata.Key.of("luciola-errno", Metadata.ASCII_STRING_MARSHALLER);

  private static final long FIRST_PAUSE_MS = 5;
  private static final long LONGEST_PAUSE_MS = 200;

  private final ManagedChannel channel;
  private final MetaBlockingStub stub;
  private final Timing timing;
  private final long clientId;
  private final TreeSet<Long> unansweredRequests = new TreeSet<>();
  private long lastRequestId;
  private final Thread keepAliveThread;

  /** With {@link Timing#DEFAULT}. */
  public GrpcNamespace(ManagedChannel channel, RandomGenerator random) {
    this(channel, random, Timing.DEFAULT);
  }

  /**
   * Starts to keep alive at once.
   *
   * @param channel to Meta; stays the caller's to shut down, after this
   * @param random gives this client its identity
   */
  public GrpcNamespace(ManagedChannel channel, RandomGenerator random, Timing timing) {
    this.channel = channel;
    this.stub = MetaGrpc.newBlockingStub(channel);
    this.timing = timing;
    this.clientId = random.nextLong();
    this.keepAliveThread = Thread.ofVirtual().name("meta-keep-alive").start(this::keepAlive);
  }

  @Override
  public Caller caller(int uid, int gid) {
    return Caller.newBuilder().setUid(uid).setGid(gid).setClientId(clientId).build();
  }

  @Override
  public Inode attributes(long inode) {
    InodeRequest request = InodeRequest.newBuilder().setInode(inode).build();
    return call("getattr", meta -> meta.getAttributes(request)).getInode();
  }

  @Override
  public Inode lookup(long parent, ByteString name) {
    EntryRequest request = EntryRequest.newBuilder().setParent(parent).setName(name).build();
    return call("lookup", meta -> meta.lookup(request)).getInode();
  }

  @Override
  public Inode makeDirectory(Caller caller, long parent, ByteString name, int mode) {
    MakeRequest.Builder request =
        MakeRequest.newBuilder()
            .setParent(parent)
            .setName(name)
            .setType(FileType.DIRECTORY)
            .setMode(mode);
    return change(
            "mkdir", caller, (meta, who) -> meta.makeDirectory(request.setCaller(who).build()))
        .getInode();
  }

  @Override
  public OpenResponse create(
      Caller caller, long parent, ByteString name, int mode, boolean exclusive) {
    MakeRequest.Builder request =
        MakeRequest.newBuilder()
            .setParent(parent)
            .setName(name)
            .setType(FileType.REGULAR)
            .setMode(mode)
            .setExclusive(exclusive)
            .setOpenSession(true);
    return change("create", caller, (meta, who) -> meta.create(request.setCaller(who).build()));
  }

  @Override
  public Inode makeNode(
      Caller caller, long parent, ByteString name, FileType type, int mode, int rdev) {
    MakeRequest.Builder request =
        MakeRequest.newBuilder()
            .setParent(parent)
            .setName(name)
            .setType(type)
            .setMode(mode)
            .setRdev(rdev)
            .setExclusive(true);
    return change("mknod", caller, (meta, who) -> meta.create(request.setCaller(who).build()))
        .getInode();
  }

  @Override
  public Inode makeSymlink(Caller caller, long parent, ByteString name, ByteString target) {
    SymlinkRequest.Builder request =
        SymlinkRequest.newBuilder().setParent(parent).setName(name).setTarget(target);
    return change(
            "symlink", caller, (meta, who) -> meta.makeSymlink(request.setCaller(who).build()))
        .getInode();
  }

  @Override
  public ByteString readSymlink(long inode) {
    InodeRequest request = InodeRequest.newBuilder().setInode(inode).build();
    return call("readlink", meta -> meta.readSymlink(request)).getTarget();
  }

  @Override
  public Inode link(Caller caller, long inode, long newParent, ByteString newName) {
    LinkRequest.Builder request =
        LinkRequest.newBuilder().setInode(inode).setNewParent(newParent).setNewName(newName);
    return change("link", caller, (meta, who) -> meta.link(request.setCaller(who).build()))
        .getInode();
  }

  @Override
  public void unlink(Caller caller, long parent, ByteString name) {
    EntryRequest.Builder request = EntryRequest.newBuilder().setParent(parent).setName(name);
    change("unlink", caller, (meta, who) -> meta.unlink(request.setCaller(who).build()));
  }

  @Override
  public void removeDirectory(Caller caller, long parent, ByteString name) {
    EntryRequest.Builder request = EntryRequest.newBuilder().setParent(parent).setName(name);
    change("rmdir", caller, (meta, who) -> meta.removeDirectory(request.setCaller(who).build()));
  }

  @Override
  public void rename(
      Caller caller, long parent, ByteString name, long newParent, ByteString newName, int flags) {
    RenameRequest.Builder request =
        RenameRequest.newBuilder()
            .setParent(parent)
            .setName(name)
            .setNewParent(newParent)
            .setNewName(newName)
            .setFlags(flags);
    change("rename", caller, (meta, who) -> meta.rename(request.setCaller(who).build()));
  }

  @Override
  public Inode setAttributes(SetAttributesRequest request) {
    SetAttributesRequest.Builder numbered = request.toBuilder();
    return change(
            "setattr",
            request.getCaller(),
            (meta, who) -> meta.setAttributes(numbered.setCaller(who).build()))
        .getInode();
  }

  @Override
  public OpenResponse open(Caller caller, long inode, boolean write) {
    OpenRequest.Builder request = OpenRequest.newBuilder().setInode(inode).setWrite(write);
    return change("open", caller, (meta, who) -> meta.open(request.setCaller(who).build()));
  }

  @Override
  public void close(
      Caller caller,
      long inode,
      long sessionId,
      OptionalLong lengthBytes,
      int truncateVersion,
      long mtimeNs) {
    CloseRequest.Builder request =
        CloseRequest.newBuilder().setInode(inode).setSessionId(sessionId);
    if (lengthBytes.isPresent()) {
      request
          .setLengthBytes(lengthBytes.getAsLong())
          .setTruncateVersion(truncateVersion)
          .setMtimeNs(mtimeNs);
    }
    change("close", caller, (meta, who) -> meta.close(request.setCaller(who).build()));
  }

  @Override
  public Inode syncLength(
      Caller caller, long inode, long lengthBytes, int truncateVersion, long mtimeNs) {
    SyncLengthRequest.Builder request =
        SyncLengthRequest.newBuilder()
            .setInode(inode)
            .setLengthBytes(lengthBytes)
            .setTruncateVersion(truncateVersion)
            .setMtimeNs(mtimeNs);
    return change("sync", caller, (meta, who) -> meta.syncLength(request.setCaller(who).build()))
        .getInode();
  }

  @Override
  public Inode growLayout(long inode, long chunkIndex) {
    GrowLayoutRequest request =
        GrowLayoutRequest.newBuilder().setInode(inode).setChunkIndex(chunkIndex).build();
    return call("grow layout", meta -> meta.growLayout(request)).getInode();
  }

  @Override
  public DirectoryLayout directoryLayout(long inode) {
    InodeRequest request = InodeRequest.newBuilder().setInode(inode).build();
    return call("get layout", meta -> meta.getDirectoryLayout(request));
  }

  @Override
  public DirectoryLayout setDirectoryLayout(
      Caller caller, long inode, OptionalInt chunkSizeBytes, OptionalInt stripe) {
    SetDirectoryLayoutRequest.Builder request =
        SetDirectoryLayoutRequest.newBuilder().setInode(inode);
    chunkSizeBytes.ifPresent(request::setChunkSizeBytes);
    stripe.ifPresent(request::setStripe);
    return change(
        "set layout",
        caller,
        (meta, who) -> meta.setDirectoryLayout(request.setCaller(who).build()));
  }

  @Override
  public DirectoryPage readDirectory(
      long inode, ByteString after, int limit, boolean withAttributes) {
    ReadDirectoryRequest request =
        ReadDirectoryRequest.newBuilder()
            .setInode(inode)
            .setAfter(after)
            .setLimit(limit)
            .setWithAttributes(withAttributes)
            .build();
    ReadDirectoryResponse page = call("readdir", meta -> meta.readDirectory(request));
    return new DirectoryPage(page.getEntriesList(), page.getMore(), page.getParent());
  }

  @Override
  public FileSystemStatsResponse statistics() {
    return call("statfs", meta -> meta.fileSystemStats(Empty.getDefaultInstance()));
  }

  /** Ends the keep-alive; sessions still open end when Meta misses it. */
  @Override
  public void close() {
    keepAliveThread.interrupt();
    try {
      keepAliveThread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A call that changes something, with the caller as numbered for it. */
  private interface Change<T> {
    T run(MetaBlockingStub meta, Caller who);
  }

  private <T> T change(String operation, Caller caller, Change<T> change) {
    long requestId = beginRequest();
    try {
      Caller who = caller.toBuilder().setClientId(clientId).setRequestId(requestId).build();
      return call(operation, meta -> change.run(meta, who));
    } finally {
      endRequest(requestId);
    }
  }

  private long beginRequest() {
    synchronized (unansweredRequests) {
      unansweredRequests.add(++lastRequestId);
      return lastRequestId;
    }
  }

  private void endRequest(long requestId) {
    synchronized (unansweredRequests) {
      unansweredRequests.remove(requestId);
    }
  }

  private long answeredBelow() {
    synchronized (unansweredRequests) {
      return unansweredRequests.isEmpty() ? lastRequestId + 1 : unansweredRequests.first();
    }
  }

  private <T> T call(String operation, Function<MetaBlockingStub, T> call) {
    Deadline deadline = Deadline.after(timing.callDeadline().toNanos(), TimeUnit.NANOSECONDS);
    long pauseMs = FIRST_PAUSE_MS;
    while (true) {
      try {
        return call.apply(stub.withDeadline(deadline));
      } catch (StatusRuntimeException e) {
        if (!TransportFailure.is(e) || deadline.timeRemaining(TimeUnit.MILLISECONDS) <= pauseMs) {
          throw translated(operation, e);
        }
      }
      channel.resetConnectBackoff();
      try {
        Thread.sleep(pauseMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PosixException(Errno.EINTR, operation + ": interrupted while Meta was away");
      }
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  private static PosixException translated(String operation, StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    String errno = trailers == null ? null : trailers.get(ERRNO);
    if (e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION && errno != null) {
      return new PosixException(
          Integer.parseInt(errno), operation + ": " + e.getStatus().getDescription());
    }
    LOG.warn("Meta did not answer {}: {}", operation, e.getStatus());
    return new PosixException(
        Errno.EIO, operation + ": Meta did not answer in time or failed: " + e.getStatus());
  }

  private void keepAlive() {
    while (!Thread.currentThread().isInterrupted()) {
      KeepAliveRequest request =
          KeepAliveRequest.newBuilder()
              .setClientId(clientId)
              .setAnsweredBelow(answeredBelow())
              .build();
      try {
        call("keep-alive", meta -> meta.keepAlive(request));
      } catch (PosixException e) {
        LOG.debug("Missed a keep-alive: {}", e.getMessage());
      }
      try {
        Thread.sleep(timing.keepAliveInterval());
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
