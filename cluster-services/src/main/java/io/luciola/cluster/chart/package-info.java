/**
 * Draws tables, heat maps and bars, as text for terminals and as SVG; knows nothing of clusters.
 */
package io.luciola.cluster.chart;
