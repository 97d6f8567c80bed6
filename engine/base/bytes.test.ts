import { describe, expect, it } from 'vitest';
import { prefixSuccessor } from './bytes.ts';

describe('prefixSuccessor', () => {
  /*
   * Stores hand out Buffers, and `Buffer.slice` gives a view. The successor was made by changing that view, so on disk
   * the range of a cut key ended where it began, and index scans left out documents with long strings.
   */
  it('leaves the prefix as it is, also when that is a Buffer', () => {
    const prefix = Buffer.from([1, 2, 0xff]);
    const successor = prefixSuccessor(prefix);
    expect([[...prefix], [...(successor ?? [])]]).toEqual([
      [1, 2, 0xff],
      [1, 3],
    ]);
  });
});
