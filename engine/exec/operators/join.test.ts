import { expect, it } from 'vitest';
import type { Row, StoredDocument } from '../../values/stored-value.ts';
import { restBatch } from '../operator.ts';
import { defaultQueryMemory } from '../query-memory.ts';
import { type JoinTarget, joinRows } from './join.ts';

/*
 * A document with 130,000 on the other side: which rows belong to whom was noted in one step of 68 ms before the first
 * of them was read.
 */
it('rests while it notes which rows belong to whom', () => {
  const count = 100_000;
  const rows = Array.from({ length: count }, (_, row) => row as Row);
  let stepsBefore = 0;
  let isReading = false;
  const target: JoinTarget = {
    slot: 'slot',
    title: 'others',
    source: {
      collection: {
        storageId: 1,
        definition: { name: 'others', fields: [], indexes: [], open: true },
        indexes: [],
        idsAscend: true,
      },
      *find() {
        yield restBatch;
        return { rows: [rows], documents: undefined };
      },
    },
    offset: 0,
    rowsMax: Number.POSITIVE_INFINITY,
    *attach(input) {
      isReading = true;
      yield* input;
    },
    startShaping: () => ({
      add: () => undefined,
      *value(_, given) {
        yield restBatch;
        return given.length;
      },
    }),
  };
  const takers: readonly StoredDocument[] = [{ id: 'a' }];
  const input = (function* () {
    yield { rows: [0 as Row], documents: takers };
  })();
  const snapshot = { read: (): StoredDocument => ({ id: 'b' }) };
  const given: StoredDocument[] = [];
  for (const { documents } of joinRows(input, target, { snapshot, memory: defaultQueryMemory })) {
    if (!isReading) stepsBefore += 1;
    given.push(...documents);
  }
  expect(given).toEqual([{ id: 'a', slot: count }]);
  expect(stepsBefore).toBeGreaterThan(count / 4_096);
});
