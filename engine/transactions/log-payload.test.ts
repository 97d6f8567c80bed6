import { describe, expect, it } from 'vitest';
import {
  decodeCommit,
  encodeCommit,
  encodeSingleChange,
  type LoggedChange,
  type LoggedCommit,
} from './log-payload.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251);

const changes: readonly LoggedChange[] = [
  { kind: 'insert', row: 0, record: bytes(300), before: undefined },
  { kind: 'replace', row: 0xffff_fffe, record: bytes(1), before: bytes(40_000) },
  { kind: 'replace', row: 7, record: bytes(16_384), before: bytes(2) },
  { kind: 'delete', row: 8, record: undefined, before: bytes(200) },
];

/** Lengths say enough, and a difference is told in short. */
function shapes({ collections }: LoggedCommit): string {
  const lengths = collections.map(({ structures, changes: own }) => [
    structures?.length,
    ...own.map(({ kind, row, record, before }) => [kind, row, record?.length, before?.length]),
  ]);
  return JSON.stringify(lengths).slice(0, 2_000);
}

describe('the payload of a commit of one document', () => {
  it.each(changes)('is what a list of one gives ($kind, row $row)', (change) => {
    const timeMs = 1_790_000_000_123;
    for (const structures of [undefined, bytes(60)]) {
      const single = Buffer.concat(
        encodeSingleChange({ timeMs, collectionId: 70_000, structures, change }),
      );
      const collections = [{ collectionId: 70_000, structures, changes: [change] }];
      expect(single.equals(Buffer.concat(encodeCommit({ timeMs, collections })))).toBe(true);
      expect(decodeCommit(single).collections[0]?.changes).toHaveLength(1);
    }
  });
});

describe('the payload of a commit of many documents', () => {
  it.each([4, 40])('is read back as it was written (%i collections)', (count) => {
    const collections = Array.from({ length: count }, (_, at) => ({
      collectionId: at + 1,
      structures: at % 2 === 0 ? undefined : bytes(at),
      changes,
    }));
    const payload = encodeCommit({ timeMs: 5, collections });
    // A large one is not copied once more.
    expect(payload.length > 1).toBe(count === 40);
    const read = decodeCommit(Buffer.concat(payload));
    expect(Buffer.concat(encodeCommit(read)).equals(Buffer.concat(payload))).toBe(true);
    expect(read.collections.map(({ collectionId }) => collectionId)).toEqual(
      collections.map(({ collectionId }) => collectionId),
    );
    expect(shapes(read)).toEqual(shapes({ timeMs: 5, collections }));
  });
});
