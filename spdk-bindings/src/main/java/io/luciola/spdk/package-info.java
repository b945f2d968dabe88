/** SPDK from Java: where it is on this machine. Depends on nothing but the JDK. */
package io.luciola.spdk;
