import { assert } from '../base/assert.ts';
import type { IndexKey, IndexLayout } from '../indexes/index-layout.ts';
import type { BufferedDocument } from './buffered-change.ts';
import type { PreparedIndexChange } from './prepared-changes.ts';
import type { Version } from './version.ts';

/** Keys by their text, so that what one version adds and a later one removes is neither. */
interface NetChange {
  readonly layout: IndexLayout;
  readonly removed: Map<string, IndexKey>;
  readonly added: Map<string, IndexKey>;
}

/**
 * What all versions of a row together change in the indexes. Each says it of the one before it, so nobody needs to know
 * the documents: a key that goes and comes back was never touched. O(versions).
 */
export function netIndexChanges(newest: Version<BufferedDocument>): readonly PreparedIndexChange[] {
  if (newest.older === undefined) return indexesOf(newest);
  // A collection that was redefined meanwhile has other layouts of the same indexes.
  const net = new Map<number, NetChange>();
  for (const version of fromOldest(newest)) {
    for (const { layout, removed, added } of indexesOf(version)) {
      const change = changeOf(net, layout);
      for (const key of removed) {
        if (!change.added.delete(key.mapKey)) change.removed.set(key.mapKey, key);
      }
      for (const key of added) {
        if (!change.removed.delete(key.mapKey)) change.added.set(key.mapKey, key);
      }
    }
  }
  return Array.from(net.values(), ({ layout, removed, added }) => ({
    layout,
    removed: [...removed.values()],
    added: [...added.values()],
  }));
}

function changeOf(net: Map<number, NetChange>, layout: IndexLayout): NetChange {
  const { storageId } = layout.entry;
  let change = net.get(storageId);
  if (change === undefined) {
    change = { layout, removed: new Map(), added: new Map() };
    net.set(storageId, change);
  }
  return change;
}

function fromOldest(newest: Version<BufferedDocument>): readonly Version<BufferedDocument>[] {
  const versions: Version<BufferedDocument>[] = [];
  for (
    let version: Version<BufferedDocument> | undefined = newest;
    version !== undefined;
    version = version.older
  ) {
    versions.push(version);
  }
  return versions.reverse();
}

function indexesOf({ value }: Version<BufferedDocument>): readonly PreparedIndexChange[] {
  const { indexes } = value;
  assert(indexes !== undefined, 'only what a log gives back does not say what it changes');
  return indexes;
}
