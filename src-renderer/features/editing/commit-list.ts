/* What this window has committed, so that it can still be taken back when the page was loaded again. */
import type { WireValue } from '#contract';
import type { Position } from './commit-edits.ts';
import { isObject } from './staged-document.ts';

export interface CommittedEdits {
  readonly position: Position;
  readonly collections: readonly string[];
  /** Documents that it changed. */
  readonly count: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** True for one that takes another one back. */
  readonly isTakingBack: boolean;
}

const commitsMax = 50;

/** `3 changes` */
export function changesText(count: number): string {
  return count === 1 ? '1 change' : `${count.toLocaleString('en-US')} changes`;
}

/** `3 changes to films`, `3 changes to films taken back` */
export function commitWords({ collections, count, isTakingBack }: CommittedEdits): string {
  const words = `${changesText(count)} to ${collections.join(' and ')}`;
  return isTakingBack ? `${words} taken back` : words;
}

export function withCommit(
  list: readonly CommittedEdits[],
  added: CommittedEdits,
): readonly CommittedEdits[] {
  return [added, ...list].slice(0, commitsMax);
}

export function encodeCommits(list: readonly CommittedEdits[]): WireValue {
  return list.map(({ position: { epoch, lsn }, collections, count, at, isTakingBack }) => {
    return { epoch, lsn, collections, count, at, isTakingBack };
  });
}

/** Reads what was kept; what is not of its form is left out. */
export function decodeCommits(value: WireValue | undefined): readonly CommittedEdits[] {
  const items: readonly WireValue[] = Array.isArray(value) ? value : [];
  return items.flatMap((item): readonly CommittedEdits[] => {
    if (!isObject(item)) return [];
    const { epoch, lsn, collections, count, at } = item;
    if (typeof epoch !== 'number' || typeof lsn !== 'number') return [];
    if (typeof count !== 'number' || typeof at !== 'number' || !Array.isArray(collections))
      return [];
    const isTakingBack = item['isTakingBack'] === true;
    const names = collections.map(String);
    return [{ position: { epoch, lsn }, collections: names, count, at, isTakingBack }];
  });
}
