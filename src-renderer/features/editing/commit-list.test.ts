import { expect, it } from 'vitest';
import {
  type CommittedEdits,
  commitWords,
  decodeCommits,
  encodeCommits,
  withCommit,
} from './commit-list.ts';

const commit = (lsn: number): CommittedEdits => ({
  ...{ position: { epoch: 1, lsn }, collections: ['films'], count: 3, at: lsn },
  isTakingBack: lsn % 2 === 0,
});

it('commits are kept, the newest first, and what is not of their form is left out', () => {
  let list: readonly CommittedEdits[] = [];
  for (let lsn = 1; lsn <= 80; lsn += 1) list = withCommit(list, commit(lsn));
  expect([list.length, list[0]?.position.lsn]).toEqual([50, 80]);
  expect(decodeCommits(JSON.parse(JSON.stringify(encodeCommits(list))))).toEqual(list);
  expect(
    decodeCommits([3, null, { epoch: 1, lsn: '2', count: 1, at: 1, collections: [] }]),
  ).toEqual([]);
  expect(decodeCommits(undefined)).toEqual([]);
});

it('a commit is told by what it wrote to, and as a taking back when it was one', () => {
  expect([commit(1), commit(2)].map(commitWords)).toEqual([
    '3 changes to films',
    '3 changes to films taken back',
  ]);
});
