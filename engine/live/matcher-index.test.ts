/* The index of watchers against asking every watcher: nobody is left out, and few are asked in vain. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aurora } from '#engine';
import { bindWhere } from '../exec/bind-request.ts';
import { compileFilter } from '../exec/compile-filter.ts';
import { resolveFilter } from '../exec/resolve-filter.ts';
import type { ResolvedFilter } from '../plan/resolved-filter.ts';
import { documents, everyType, filters } from '../testing/arbitraries.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { accessKeysOf } from './access-key.ts';
import { DocumentDelta } from './document-delta.ts';
import { IntervalTree } from './interval-tree.ts';
import { MatcherIndex } from './matcher-index.ts';
import { SortedList } from './sorted-list.ts';

const db = await Aurora.open({ store: 'memory' });
await db.newCollection('plain', everyType);
const [definition] = db.catalog().collections;
await db.close();

function resolved(where: Parameters<typeof bindWhere>[0]['where']): ResolvedFilter {
  if (definition === undefined) throw new Error('the collection is defined');
  return resolveFilter(bindWhere({ collection: 'plain', where }, definition), {
    collection: definition,
    variables: new Map(),
    absentVariable: 'omit',
  });
}

/** What the index keeps of each watcher. */
const unseen = { lookStamp: 0, commitStamp: 0 };

/** Values that are stored as they are in JSON. */
const images = documents.map(
  ({ d: _date, u: _uuid, ...fields }): StoredDocument => ({ ...fields, id: 'x' }),
);

describe('a matcher index', () => {
  it('tells exactly those whose filter holds before or after, also when watchers come and go', () => {
    fc.assert(
      fc.property(
        fc.array(filters, { minLength: 1, maxLength: 30, size: 'max' }),
        fc.array(fc.tuple(fc.option(images), images), { minLength: 1, maxLength: 10 }),
        (all, changes) => {
          const index = new MatcherIndex();
          const told = new Map<number, unknown[]>();
          const watchers = all.map((where, at) => {
            const filter = resolved(where);
            const test = compileFilter(filter);
            const changed = (before: unknown, after: unknown) =>
              told.set(at, [...(told.get(at) ?? []), [before !== undefined, after !== undefined]]);
            const watcher = { ...unseen, test, changed, committed: () => undefined };
            index.add(watcher, accessKeysOf(filter));
            return { test, remove: () => index.remove(watcher, accessKeysOf(filter)) };
          });
          const gone = watchers.filter((_, at) => at % 3 === 2);
          for (const { remove } of gone) remove();
          for (const [lsn, [before, after]] of changes.entries()) {
            told.clear();
            index.match([new DocumentDelta(before ?? undefined, after)], lsn + 1);
            const wanted = watchers.flatMap((watcher, at): [number, unknown[]][] => {
              const images = [before !== null && watcher.test(before), watcher.test(after)];
              return at % 3 === 2 || !images.includes(true) ? [] : [[at, [images]]];
            });
            expect([...told].sort(([a], [b]) => a - b)).toEqual(wanted);
          }
          for (const { remove } of watchers.filter((_, at) => at % 3 !== 2)) remove();
          expect(index.isEmpty).toBe(true);
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 8_000 },
    );
  });

  it('asks nobody whose value is another one, whatever their number', () => {
    const index = new MatcherIndex();
    let askedCount = 0;
    const keys = [{ s: 'value' }, { n: { between: [10, 12] } }, { s: { startsWith: 'val' } }];
    for (let count = 0; count < 3_000; count += 1) {
      const filter = resolved(keys[count % 3] ?? {});
      const test = () => {
        askedCount += 1;
        return false;
      };
      index.add(
        { ...unseen, test, changed: () => undefined, committed: () => undefined },
        accessKeysOf(filter),
      );
    }
    const change = (fields: object) => new DocumentDelta(undefined, { id: 'x', ...fields });
    index.match([change({ s: 'other', n: 9 })], 1);
    expect(askedCount).toBe(0);
    index.match([change({ s: 'value', n: 11 })], 2);
    expect(askedCount).toBe(3_000);
  });
});

describe('an interval tree', () => {
  it('finds the intervals that hold a value, as looking at each does', () => {
    const ends = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(ends, ends, fc.boolean()), { maxLength: 300 }), (list) => {
        const tree = new IntervalTree<number>();
        const removals = list.map(([low, high], at) => tree.add({ low, high, type: 'number' }, at));
        for (const [at, [, , isGone]] of list.entries()) if (isGone) removals[at]?.();
        for (let value = -6; value <= 6; value += 1) {
          const found: number[] = [];
          tree.visit(value, (at) => found.push(at));
          const wanted = list.flatMap(([low = -9, high = 9, isGone], at) =>
            !isGone && low <= value && value <= high ? [at] : [],
          );
          expect(found.sort((a, b) => a - b)).toEqual(wanted);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a sorted list', () => {
  it('is what sorting gives, with the same positions', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.boolean()), {
      maxLength: 3_000,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (list) => {
        const sorted = new SortedList<number>((left, right) => left - right);
        const model = new Set<number>();
        for (const [item, isRemoved] of list) {
          if (isRemoved) expect(sorted.remove(item)).toBe(model.delete(item));
          else if (!model.has(item)) {
            model.add(item);
            sorted.insert(item);
          }
        }
        const wanted = [...model].sort((left, right) => left - right);
        expect([sorted.length, sorted.first, sorted.last]).toEqual([
          wanted.length,
          wanted[0],
          wanted.at(-1),
        ]);
        expect(sorted.slice(0, sorted.length)).toEqual(wanted);
        expect(sorted.slice(10, 700)).toEqual(wanted.slice(10, 700));
        for (const item of [0, 17, 4_001, ...wanted.slice(5, 9)]) {
          expect(sorted.rank(item)).toBe(wanted.filter((each) => each < item).length);
        }
        sorted.cut(600);
        expect(sorted.slice(0, 1_000)).toEqual(wanted.slice(0, 600));
      }),
      { numRuns: 30 },
    );
  });
});
