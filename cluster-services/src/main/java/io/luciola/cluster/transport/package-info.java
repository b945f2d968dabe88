/**
 * Connections that move frames between data paths and storage nodes: the contract which leaves room
 * for shared memory and RDMA, and TCP over non-blocking sockets and epoll.
 */
package io.luciola.cluster.transport;
