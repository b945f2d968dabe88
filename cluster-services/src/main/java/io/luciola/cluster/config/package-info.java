/** Configuration files (TOML) and the addresses in them. */
package io.luciola.cluster.config;
