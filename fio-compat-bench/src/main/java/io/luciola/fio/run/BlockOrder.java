package io.luciola.fio.run;

/** In which order the blocks of a file come. */
interface BlockOrder {

  /** Number of the next block, from 0 and below the number of blocks. */
  long next();
}
