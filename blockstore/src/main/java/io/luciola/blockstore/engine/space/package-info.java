/** Space of the data area: free extents, and freed ones that may not be reused yet. */
package io.luciola.blockstore.engine.space;
