package io.luciola.cluster.meta;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.luciola.blockstore.linux.Errno;
import io.luciola.cluster.client.PosixException;
import io.luciola.cluster.kv.KeyValueStore;
import io.luciola.cluster.kv.KvException;
import io.luciola.cluster.kv.Transaction;
import io.luciola.cluster.meta.ChainAllocator.ChainsUnavailableException;
import io.luciola.cluster.meta.proto.Caller;
import io.luciola.cluster.meta.proto.CloseRequest;
import io.luciola.cluster.meta.proto.DirectoryLayout;
import io.luciola.cluster.meta.proto.Empty;
import io.luciola.cluster.meta.proto.EntryRequest;
import io.luciola.cluster.meta.proto.FileSystemStatsResponse;
import io.luciola.cluster.meta.proto.FindInodesRequest;
import io.luciola.cluster.meta.proto.FindInodesResponse;
import io.luciola.cluster.meta.proto.GrowLayoutRequest;
import io.luciola.cluster.meta.proto.InodeRequest;
import io.luciola.cluster.meta.proto.InodeResponse;
import io.luciola.cluster.meta.proto.KeepAliveRequest;
import io.luciola.cluster.meta.proto.LinkRequest;
import io.luciola.cluster.meta.proto.MakeRequest;
import io.luciola.cluster.meta.proto.MetaGrpc;
import io.luciola.cluster.meta.proto.OpenRequest;
import io.luciola.cluster.meta.proto.OpenResponse;
import io.luciola.cluster.meta.proto.ReadDirectoryRequest;
import io.luciola.cluster.meta.proto.ReadDirectoryResponse;
import io.luciola.cluster.meta.proto.ReadSymlinkResponse;
import io.luciola.cluster.meta.proto.RenameRequest;
import io.luciola.cluster.meta.proto.SetAttributesRequest;
import io.luciola.cluster.meta.proto.SetDirectoryLayoutRequest;
import io.luciola.cluster.meta.proto.SymlinkRequest;
import io.luciola.cluster.meta.proto.SyncLengthRequest;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From gRPC calls to transactions and from exceptions to statuses; nothing else. */
final class MetaGrpcService extends MetaGrpc.MetaImplBase {

  private static final Logger LOG = LoggerFactory.getLogger(MetaGrpcService.class);

  private static final Metadata.Key<String> ERRNO =
      Metadata.Key.of("luciola-errno", Metadata.ASCII_STRING_MARSHALLER);

  private final KeyValueStore store;
  private final AnswerLog answers;
  private final LookupOperations lookups;
  private final CreateOperations creates;
  private final RemoveOperations removes;
  private final RenameOperation renames;
  private final AttributeOperations attributes;
  private final LayoutOperations layouts;
  private final SessionOperations sessions;

  MetaGrpcService(
      KeyValueStore store,
      AnswerLog answers,
      LookupOperations lookups,
      CreateOperations creates,
      RemoveOperations removes,
      RenameOperation renames,
      AttributeOperations attributes,
      LayoutOperations layouts,
      SessionOperations sessions) {
    this.store = store;
    this.answers = answers;
    this.lookups = lookups;
    this.creates = creates;
    this.removes = removes;
    this.renames = renames;
    this.attributes = attributes;
    this.layouts = layouts;
    this.sessions = sessions;
  }

  @Override
  public void getAttributes(InodeRequest request, StreamObserver<InodeResponse> observer) {
    read(observer, tx -> lookups.attributes(tx, request));
  }

  @Override
  public void lookup(EntryRequest request, StreamObserver<InodeResponse> observer) {
    read(observer, tx -> lookups.lookup(tx, request));
  }

  @Override
  public void readSymlink(InodeRequest request, StreamObserver<ReadSymlinkResponse> observer) {
    read(observer, tx -> lookups.readSymlink(tx, request));
  }

  @Override
  public void readDirectory(
      ReadDirectoryRequest request, StreamObserver<ReadDirectoryResponse> observer) {
    read(observer, tx -> lookups.readDirectory(tx, request));
  }

  @Override
  public void fileSystemStats(Empty request, StreamObserver<FileSystemStatsResponse> observer) {
    read(observer, lookups::statistics);
  }

  @Override
  public void findInodes(FindInodesRequest request, StreamObserver<FindInodesResponse> observer) {
    read(observer, tx -> lookups.findInodes(tx, request));
  }

  @Override
  public void makeDirectory(MakeRequest request, StreamObserver<InodeResponse> observer) {
    change(
        observer,
        MetaOperation.MAKE_DIRECTORY,
        request.getCaller(),
        InodeResponse.parser(),
        tx -> creates.makeDirectory(tx, request));
  }

  @Override
  public void create(MakeRequest request, StreamObserver<OpenResponse> observer) {
    change(
        observer,
        MetaOperation.CREATE,
        request.getCaller(),
        OpenResponse.parser(),
        tx -> creates.create(tx, request));
  }

  @Override
  public void makeSymlink(SymlinkRequest request, StreamObserver<InodeResponse> observer) {
    change(
        observer,
        MetaOperation.MAKE_SYMLINK,
        request.getCaller(),
        InodeResponse.parser(),
        tx -> creates.makeSymlink(tx, request));
  }

  @Override
  public void link(LinkRequest request, StreamObserver<InodeResponse> observer) {
    change(
        observer,
        MetaOperation.LINK,
        request.getCaller(),
        InodeResponse.parser(),
        tx -> creates.link(tx, request));
  }

  @Override
  public void unlink(EntryRequest request, StreamObserver<Empty> observer) {
    change(
        observer,
        MetaOperation.UNLINK,
        request.getCaller(),
        Empty.parser(),
        tx -> removes.unlink(tx, request));
  }

  @Override
  public void removeDirectory(EntryRequest request, StreamObserver<Empty> observer) {
    change(
        observer,
        MetaOperation.REMOVE_DIRECTORY,
        request.getCaller(),
        Empty.parser(),
        tx -> removes.removeDirectory(tx, request));
  }

  @Override
  public void rename(RenameRequest request, StreamObserver<Empty> observer) {
    change(
        observer,
        MetaOperation.RENAME,
        request.getCaller(),
        Empty.parser(),
        tx -> renames.rename(tx, request));
  }

  @Override
  public void setAttributes(SetAttributesRequest request, StreamObserver<InodeResponse> observer) {
    change(
        observer,
        MetaOperation.SET_ATTRIBUTES,
        request.getCaller(),
        InodeResponse.parser(),
        tx -> attributes.setAttributes(tx, request));
  }

  @Override
  public void syncLength(SyncLengthRequest request, StreamObserver<InodeResponse> observer) {
    change(
        observer,
        MetaOperation.SYNC_LENGTH,
        request.getCaller(),
        InodeResponse.parser(),
        tx -> attributes.syncLength(tx, request));
  }

  @Override
  public void open(OpenRequest request, StreamObserver<OpenResponse> observer) {
    change(
        observer,
        MetaOperation.OPEN,
        request.getCaller(),
        OpenResponse.parser(),
        tx -> sessions.open(tx, request));
  }

  @Override
  public void close(CloseRequest request, StreamObserver<Empty> observer) {
    change(
        observer,
        MetaOperation.CLOSE,
        request.getCaller(),
        Empty.parser(),
        tx -> sessions.close(tx, request));
  }

  @Override
  public void growLayout(GrowLayoutRequest request, StreamObserver<InodeResponse> observer) {
    read(observer, tx -> layouts.grow(tx, request)); // a repeat finds it grown
  }

  @Override
  public void setDirectoryLayout(
      SetDirectoryLayoutRequest request, StreamObserver<DirectoryLayout> observer) {
    change(
        observer,
        MetaOperation.SET_DIRECTORY_LAYOUT,
        request.getCaller(),
        DirectoryLayout.parser(),
        tx -> layouts.setDirectoryLayout(tx, request));
  }

  @Override
  public void getDirectoryLayout(InodeRequest request, StreamObserver<DirectoryLayout> observer) {
    read(observer, tx -> layouts.directoryLayout(tx, request));
  }

  @Override
  public void keepAlive(KeepAliveRequest request, StreamObserver<Empty> observer) {
    read(observer, tx -> sessions.keepAlive(tx, request)); // harmless to repeat
  }

  private <T> void read(StreamObserver<T> observer, Function<Transaction, T> body) {
    answer(observer, () -> store.run(body));
  }

  private <T extends MessageLite> void change(
      StreamObserver<T> observer,
      MetaOperation operation,
      Caller caller,
      Parser<T> parser,
      Function<Transaction, T> body) {
    answer(observer, () -> answers.runOnce(operation, caller, parser, body));
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> call) {
    T response;
    try {
      response = call.get();
    } catch (PosixException e) {
      observer.onError(refusal(e.errno(), e));
      return;
    } catch (ChainsUnavailableException e) {
      observer.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
      return;
    } catch (RuntimeException e) {
      observer.onError(serviceFailure(e).asRuntimeException());
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  private static StatusRuntimeException refusal(int errno, RuntimeException e) {
    Metadata trailers = new Metadata();
    trailers.put(ERRNO, Integer.toString(errno));
    return Status.FAILED_PRECONDITION
        .withDescription(Errno.name(errno) + ": " + e.getMessage())
        .asRuntimeException(trailers);
  }

  private static Status serviceFailure(RuntimeException e) {
    if (e instanceof KvException failure && failure.kind() != KvException.Kind.TOO_LARGE) {
      LOG.warn("Meta cannot serve: {}: {}", failure.kind(), failure.getMessage());
      return Status.UNAVAILABLE.withDescription(failure.kind() + ": " + failure.getMessage());
    }
    LOG.error("A Meta request failed", e);
    return Status.INTERNAL.withDescription(e.toString());
  }
}
