package io.luciola.cluster.mgmtd;

import io.grpc.stub.StreamObserver;
import io.luciola.cluster.mgmtd.proto.ApplyGrowthRequest;
import io.luciola.cluster.mgmtd.proto.ApplyGrowthResponse;
import io.luciola.cluster.mgmtd.proto.CreateTargetRequest;
import io.luciola.cluster.mgmtd.proto.CreateTargetResponse;
import io.luciola.cluster.mgmtd.proto.DisableNodeRequest;
import io.luciola.cluster.mgmtd.proto.DisableNodeResponse;
import io.luciola.cluster.mgmtd.proto.EnableNodeRequest;
import io.luciola.cluster.mgmtd.proto.EnableNodeResponse;
import io.luciola.cluster.mgmtd.proto.LookAtDisksRequest;
import io.luciola.cluster.mgmtd.proto.LookAtDisksResponse;
import io.luciola.cluster.mgmtd.proto.MgmtdAdminGrpc;
import io.luciola.cluster.mgmtd.proto.OfflineTargetRequest;
import io.luciola.cluster.mgmtd.proto.OfflineTargetResponse;
import io.luciola.cluster.mgmtd.proto.ReleaseTargetRequest;
import io.luciola.cluster.mgmtd.proto.ReleaseTargetResponse;
import io.luciola.cluster.mgmtd.proto.ReplaceTargetRequest;
import io.luciola.cluster.mgmtd.proto.ReplaceTargetResponse;
import io.luciola.cluster.mgmtd.proto.ReserveNodeRequest;
import io.luciola.cluster.mgmtd.proto.ReserveNodeResponse;
import io.luciola.cluster.mgmtd.proto.RetireTargetsRequest;
import io.luciola.cluster.mgmtd.proto.RetireTargetsResponse;
import io.luciola.cluster.mgmtd.proto.RotateAsPreferredOrderRequest;
import io.luciola.cluster.mgmtd.proto.RotateAsPreferredOrderResponse;
import io.luciola.cluster.mgmtd.proto.RotateLastServingRequest;
import io.luciola.cluster.mgmtd.proto.RotateLastServingResponse;
import io.luciola.cluster.mgmtd.proto.SetConfigRequest;
import io.luciola.cluster.mgmtd.proto.SetConfigResponse;
import io.luciola.cluster.mgmtd.proto.SetPreferredTargetOrderRequest;
import io.luciola.cluster.mgmtd.proto.SetPreferredTargetOrderResponse;
import io.luciola.cluster.mgmtd.proto.ShutDownChainsRequest;
import io.luciola.cluster.mgmtd.proto.ShutDownChainsResponse;
import io.luciola.cluster.mgmtd.proto.UnregisterNodeRequest;
import io.luciola.cluster.mgmtd.proto.UnregisterNodeResponse;
import io.luciola.cluster.mgmtd.proto.UpdateChainRequest;
import io.luciola.cluster.mgmtd.proto.UpdateChainResponse;
import io.luciola.cluster.mgmtd.proto.UploadChainTableRequest;
import io.luciola.cluster.mgmtd.proto.UploadChainTableResponse;
import io.luciola.cluster.mgmtd.proto.UploadChainsRequest;
import io.luciola.cluster.mgmtd.proto.UploadChainsResponse;

/** What operators ask of the primary; calls may block, so it wants virtual threads. */
final class AdminGrpcService extends MgmtdAdminGrpc.MgmtdAdminImplBase {

  private final PrimaryCalls calls;

  AdminGrpcService(PrimaryCalls calls) {
    this.calls = calls;
  }

  @Override
  public void offlineTarget(
      OfflineTargetRequest request, StreamObserver<OfflineTargetResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new ChainAdministration(driver).takeOffline(request.getTargetId());
          return OfflineTargetResponse.getDefaultInstance();
        });
  }

  @Override
  public void releaseTarget(
      ReleaseTargetRequest request, StreamObserver<ReleaseTargetResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new Quarantine(driver).release(request.getTargetId());
          return ReleaseTargetResponse.getDefaultInstance();
        });
  }

  @Override
  public void rotateLastServing(
      RotateLastServingRequest request, StreamObserver<RotateLastServingResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new ChainAdministration(driver).giveUpLastServing(request.getChainId());
          return RotateLastServingResponse.getDefaultInstance();
        });
  }

  @Override
  public void setPreferredTargetOrder(
      SetPreferredTargetOrderRequest request,
      StreamObserver<SetPreferredTargetOrderResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new ChainAdministration(driver)
              .setPreferredOrder(request.getChainId(), request.getTargetIdsList());
          return SetPreferredTargetOrderResponse.getDefaultInstance();
        });
  }

  @Override
  public void rotateAsPreferredOrder(
      RotateAsPreferredOrderRequest request,
      StreamObserver<RotateAsPreferredOrderResponse> observer) {
    calls.answer(
        observer,
        driver ->
            RotateAsPreferredOrderResponse.newBuilder()
                .setMovingTargetId(
                    new ChainAdministration(driver).rotateAsPreferred(request.getChainId()))
                .build());
  }

  @Override
  public void updateChain(
      UpdateChainRequest request, StreamObserver<UpdateChainResponse> observer) {
    calls.answer(
        observer,
        driver ->
            UpdateChainResponse.newBuilder()
                .setChainVersion(new ChainAdministration(driver).update(request))
                .build());
  }

  @Override
  public void createTarget(
      CreateTargetRequest request, StreamObserver<CreateTargetResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new PlacementAdministration(driver).createTarget(request);
          return CreateTargetResponse.getDefaultInstance();
        });
  }

  @Override
  public void uploadChains(
      UploadChainsRequest request, StreamObserver<UploadChainsResponse> observer) {
    calls.answer(
        observer,
        driver ->
            UploadChainsResponse.newBuilder()
                .setMade(new PlacementAdministration(driver).addChains(request.getChainsList()))
                .build());
  }

  @Override
  public void uploadChainTable(
      UploadChainTableRequest request, StreamObserver<UploadChainTableResponse> observer) {
    calls.answer(observer, driver -> new PlacementAdministration(driver).setChainTable(request));
  }

  @Override
  public void applyGrowth(
      ApplyGrowthRequest request, StreamObserver<ApplyGrowthResponse> observer) {
    calls.answer(
        observer,
        driver ->
            ApplyGrowthResponse.newBuilder()
                .setMade(new GrowthAdministration(driver).apply(request))
                .build());
  }

  @Override
  public void replaceTarget(
      ReplaceTargetRequest request, StreamObserver<ReplaceTargetResponse> observer) {
    calls.answer(
        observer,
        driver ->
            ReplaceTargetResponse.newBuilder()
                .setMade(new TargetReplacement(driver).replace(request))
                .build());
  }

  @Override
  public void lookAtDisks(
      LookAtDisksRequest request, StreamObserver<LookAtDisksResponse> observer) {
    calls.answer(
        observer,
        driver ->
            LookAtDisksResponse.newBuilder()
                .setDiskLook(new NodeAdministration(driver).lookAtDisks(request.getNodeId()))
                .setTerm(driver.term())
                .build());
  }

  @Override
  public void retireTargets(
      RetireTargetsRequest request, StreamObserver<RetireTargetsResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new TargetRetirements(driver).retire(request.getNodeId(), request.getTargetsList());
          return RetireTargetsResponse.getDefaultInstance();
        });
  }

  @Override
  public void reserveNode(
      ReserveNodeRequest request, StreamObserver<ReserveNodeResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new NodeAdministration(driver).reserve(request.getNodeId(), request.getType());
          return ReserveNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void disableNode(
      DisableNodeRequest request, StreamObserver<DisableNodeResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new NodeAdministration(driver).disable(request.getNodeId(), request.getForce());
          return DisableNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void enableNode(EnableNodeRequest request, StreamObserver<EnableNodeResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new NodeAdministration(driver).enable(request.getNodeId());
          return EnableNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void unregisterNode(
      UnregisterNodeRequest request, StreamObserver<UnregisterNodeResponse> observer) {
    calls.answer(
        observer,
        driver -> {
          new NodeAdministration(driver).unregister(request.getNodeId());
          return UnregisterNodeResponse.getDefaultInstance();
        });
  }

  @Override
  public void shutDownChains(
      ShutDownChainsRequest request, StreamObserver<ShutDownChainsResponse> observer) {
    calls.answer(
        observer,
        driver ->
            ShutDownChainsResponse.newBuilder()
                .setNodes(new NodeAdministration(driver).shutDownChains())
                .build());
  }

  @Override
  public void setConfig(SetConfigRequest request, StreamObserver<SetConfigResponse> observer) {
    calls.answer(observer, driver -> new ConfigAdministration(driver).set(request));
  }
}
