import { describe, expect, it } from 'vitest';
import { fragmentCycles } from './fragment-cycles.ts';

const cyclesOf = (edges: Readonly<Record<string, readonly string[]>>) =>
  fragmentCycles(new Map(Object.entries(edges)));

describe('circles among fragments', () => {
  it('are found once for those that reach each other, the shortest from the first', () => {
    expect(
      cyclesOf({
        lead: ['a'],
        a: ['b', 'tail'],
        b: ['c'],
        c: ['a', 'b'],
        self: ['self'],
        tail: ['unknown'],
      }),
    ).toEqual([
      ['a', 'b', 'c', 'a'],
      ['self', 'self'],
    ]);
  });

  it('are none where ways only meet again', () => {
    expect(cyclesOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual([]);
  });

  it('are found in one circle of all', () => {
    const count = 20_000;
    const edges = Array.from({ length: count }, (_, at): [string, string[]] => [
      `f${at}`,
      [`f${(at + 1) % count}`],
    ]);
    expect(fragmentCycles(new Map(edges)).map(({ length }) => length)).toEqual([count + 1]);
  });
});
