import { expect, it } from 'vitest';
import { InsertPayload } from './insert-payload.ts';
import { encodeCommit } from './log-payload.ts';

it.each([undefined, Buffer.from('[["id","name"]]')])(
  'is what a commit of changes of any kind would have for the same inserts (structures: %s)',
  (structures) => {
    const records = Array.from({ length: 40 }, (_, n) => Buffer.alloc(n * 37, n));
    const payload = new InsertPayload(records.length);
    for (const record of records) {
      payload.add({
        bytes: Buffer.concat([Buffer.from('--'), record]),
        start: 2,
        end: 2 + record.length,
      });
    }
    const commit = { timeMs: 1_700_000_000_000, collectionId: 17, structures };

    const pieces = payload.pieces({ ...commit, firstRow: 4_000_000_000 });

    const changes = records.map((record, at) => ({
      kind: 'insert' as const,
      row: 4_000_000_000 + at,
      record,
      before: undefined,
    }));
    const { timeMs, collectionId } = commit;
    const expected = encodeCommit({ timeMs, collections: [{ collectionId, structures, changes }] });
    expect(Buffer.concat(pieces)).toEqual(Buffer.concat(expected));
  },
);
