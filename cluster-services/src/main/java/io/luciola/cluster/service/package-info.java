/**
 * What all services of the control plane share: their server, and how a node makes itself known.
 */
package io.luciola.cluster.service;
