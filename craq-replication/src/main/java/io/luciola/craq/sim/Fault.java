package io.luciola.craq.sim;

/** What the simulator does to a chain. Besides, connections break all the time in most seeds. */
public enum Fault {
  /** A node crashes and loses what was not durable, or a part of it. */
  CRASH,
  /** All nodes crash at once. */
  CRASH_OF_ALL,
  /** A node is lost and taken out of a chain whose members are fixed otherwise. */
  LOSS_FOR_GOOD,
  /** A node does not reach another one, or both do not. */
  PARTITION,
  /** A node does not reach the Mgmtds, or they do not reach it either. */
  PARTITION_FROM_MGMTD,
  /** A client's update arrives once more, after others that were sent later. */
  STRAY_UPDATE,
  /** A node's engine takes up to forty times as long. */
  SLOW_NODE,
  /** A chunk is damaged on the disk of one node; the others have it. */
  BIT_ROT,
  /** A node's device fails; the node lives on until it is started again. */
  DISK_FAILURE,
  /** A node's device fails and is opened anew in the same process. */
  DISK_REOPENED,
  /**
   * A disk is gone, with its process or without; an empty one comes in, and an operator has a new
   * target on it take the lost one's place. Where the chain needs what is lost, the disk is found
   * again.
   */
  DISK_REPLACED,
  /** A Mgmtd crashes. */
  MGMTD_CRASH,
  /** A Mgmtd does not reach the store: another one becomes the primary while it lives. */
  MGMTD_CUT_FROM_STORE,
  /** Somebody says that a node does not answer, which may be a lie. */
  SUSPICION,
  /** An operator takes a target out of the chain. */
  TAKEN_OFFLINE,
  /** An operator disables a node, and enables it again later. */
  NODE_DISABLED,
  /** An operator shuts all chains down and starts all nodes again. */
  SHUT_DOWN
}
