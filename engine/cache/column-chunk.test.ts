import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedChunk, chunkRows } from './column-chunk.ts';

const changes = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 299 }), fc.integer({ min: 0, max: 4 })),
  {
    minLength: 1,
    maxLength: 400,
    size: 'max',
  },
);

function rowsOf(chunk: CodedChunk, code: number): readonly number[] {
  const rows = new Uint16Array(chunkRows);
  return [...rows.subarray(0, chunk.listOf(code, rows))];
}

describe('the rows of a code', () => {
  it('are all that have it, in order, whatever was changed since the lists were made', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 4 }), (rounds) => {
        const chunk = new CodedChunk();
        const model = new Map<number, number>();
        for (const round of rounds) {
          for (const [row, code] of round) {
            chunk.set(row, code);
            model.set(row, code);
          }
          for (let code = 1; code <= 4; code += 1) {
            const wanted = [...model].filter(([, each]) => each === code).map(([row]) => row);
            expect(rowsOf(chunk, code)).toEqual(wanted.sort((left, right) => left - right));
          }
          expect(rowsOf(chunk, 0).length).toBe(
            chunkRows - [...model.values()].filter((code) => code !== 0).length,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of a copy stay as they are while the original changes', () => {
    const chunk = new CodedChunk();
    for (let row = 0; row < 10; row += 1) chunk.set(row, 1);
    expect(rowsOf(chunk, 1).length).toBe(10);
    const copied = chunk.copy();
    chunk.set(3, 2);
    copied.set(4, 2);
    expect([rowsOf(chunk, 2), rowsOf(copied, 2)]).toEqual([[3], [4]]);
  });
});
