import { assert } from '../base/assert.ts';

/** Pages in use: those of the tree, those of the list of free pages, and two that describe the file. */
export function readLmdbStats(stats: object): {
  readonly usedBytes: number;
  readonly entryCount: number;
  /** Transactions whose freed pages are listed. */
  readonly freeListCount: number;
  readonly lastTransaction: number;
} {
  const free: unknown = Reflect.get(stats, 'free');
  assert(typeof free === 'object' && free !== null, 'lmdb tells of its free pages');
  return {
    usedBytes: (pageCount(stats) + pageCount(free) + 2) * numberOf(stats, 'pageSize'),
    entryCount: numberOf(stats, 'entryCount'),
    freeListCount: numberOf(free, 'entryCount'),
    lastTransaction: numberOf(stats, 'lastTxnId'),
  };
}

function pageCount(tree: object): number {
  return (
    numberOf(tree, 'treeBranchPageCount') +
    numberOf(tree, 'treeLeafPageCount') +
    numberOf(tree, 'overflowPages')
  );
}

function numberOf(source: object, name: string): number {
  const value: unknown = Reflect.get(source, name);
  assert(typeof value === 'number', `lmdb tells its ${name}`);
  return value;
}
