/** The client library: routing copy, name space, and the data path of each thread. */
package io.luciola.cluster.client;
