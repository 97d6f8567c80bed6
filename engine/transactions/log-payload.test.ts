import { describe, expect, it } from 'vitest';
import {
  decodeCommit,
  encodeCommit,
  encodeSingleChange,
  type LoggedChange,
} from './log-payload.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => at % 251);

const changes: readonly LoggedChange[] = [
  { kind: 'insert', row: 0, record: bytes(300), before: undefined },
  { kind: 'replace', row: 0xffff_fffe, record: bytes(1), before: bytes(40_000) },
  { kind: 'replace', row: 7, record: bytes(16_384), before: bytes(2) },
  { kind: 'delete', row: 8, record: undefined, before: bytes(200) },
];

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
