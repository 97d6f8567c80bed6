import { expect, it } from 'vitest';
import type { StoredDocument } from '../values/stored-value.ts';
import { defaultQueryMemory } from './query-memory.ts';
import { readRoot } from './read-root.ts';

/*
 * Fifty documents came in one batch, each with thousands of others joined to it: all were copied for the result in one
 * step of 73 ms, although the slice had long been over.
 */
it('goes through the event loop between documents of one batch when the slice is over', async () => {
  const documents = Array.from({ length: 50 }, (_, n): StoredDocument => ({ id: `${n}` }));
  const batches = [{ documents }];
  let rests = 0;
  const source = {
    shape: { kind: 'documents' as const, fields: [] },
    next: async () => batches.shift(),
    isDue: true,
    rest: async () => {
      rests += 1;
    },
  };
  const { value } = await readRoot(source, defaultQueryMemory);
  expect(value).toHaveLength(50);
  expect(rests).toBeGreaterThanOrEqual(6);
});
