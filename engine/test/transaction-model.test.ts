/*
 * Transactions against two naive models. What a transaction sees after random writes is compared, query by query, with
 * a second database in which the same writes are committed one by one. And several transactions that take turns at
 * random are compared with copies of the data: each sees its own, the first to commit wins, the others leave nothing.
 * A failure prints its seed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, type JsonValue, type Transaction } from '#engine';
import {
  compoundIndexes,
  documents,
  everyFieldName,
  everyTypeIndexed,
  filters,
  orders,
  windows,
} from '../testing/arbitraries.ts';

type JsonObject = { readonly [key: string]: JsonValue };

type Step =
  | { readonly kind: 'insert'; readonly documents: readonly JsonObject[] }
  | { readonly kind: 'update'; readonly where: JsonObject; readonly data: JsonObject }
  | { readonly kind: 'delete'; readonly where: JsonObject }
  | {
      readonly kind: 'read';
      readonly where: JsonObject;
      readonly order: readonly JsonObject[];
      readonly window: { readonly limit: number | undefined; readonly offset: number | undefined };
    };

const withId = fc.tuple(documents, fc.uuid()).map(([document, id]) => ({ ...document, id }));
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('insert'),
        documents: fc.array(withId, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('update'), where: filters, data: documents }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), where: filters }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('read'),
        where: filters,
        order: orders,
        window: windows,
      }),
    },
  ),
  { maxLength: 20, size: 'max' },
);

const text = `
  query($where: Object, $order: Any, $limit: Int, $offset: Int) {
    indexed(where: $where, orderBy: $order, limit: $limit, offset: $offset) {
      id ${everyFieldName.join(' ')}
    }
  }`;

/** What a step gives, in a transaction or in a database: its result, or the code of its error. */
async function outcomeOf(target: Database | Transaction, step: Step): Promise<unknown> {
  try {
    if (step.kind === 'insert') return await target.insertMany('indexed', step.documents);
    const query = target.query('indexed').filter(() => ({ where: step.where }));
    if (step.kind === 'update') return await query.update(step.data);
    if (step.kind === 'delete') return await query.delete();
    const { where, order, window } = step;
    const result = await target.execute(text, { variables: { where, order, ...window } });
    return { documents: result.data['indexed'], count: await query.count() };
  } catch (error) {
    if (error instanceof AuroraError) return error.code;
    throw error;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'aurora-transactions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let databaseCount = 0;

/** In memory; or on disk, where commits that others have just made are still in the write buffer. */
const places = ['in memory', 'on disk'] as const;
type Place = (typeof places)[number];
const runCounts: Readonly<Record<Place, number>> = { 'in memory': 60, 'on disk': 12 };

function open(place: Place): Promise<Database> {
  databaseCount += 1;
  return Aurora.open(
    place === 'in memory'
      ? { store: 'memory' }
      : { dbPath: join(folder, `${databaseCount}.db`), durabilityMode: 'WAL' },
  );
}

async function openIndexed(place: Place, stored: readonly JsonObject[]): Promise<Database> {
  const db = await open(place);
  await db.newCollection('indexed', everyTypeIndexed, { indexes: compoundIndexes });
  await db.insertMany('indexed', stored);
  return db;
}

const everything = (db: Database) => db.query('indexed').collect();

describe('a transaction and a database in which its writes are committed one by one', () => {
  const runs = fc.record({
    stored: fc.uniqueArray(withId, { maxLength: 15, size: 'max', selector: ({ id }) => id }),
    steps,
    commits: fc.boolean(),
  });

  it.each(places)('show the same to every query, and in the end, %s', async (place) => {
    const aborted = new Error('aborted on purpose');
    const property = fc.asyncProperty(runs, async ({ stored, steps: list, commits }) => {
      const [db, twin] = await Promise.all([
        openIndexed(place, stored),
        openIndexed('in memory', stored),
      ]);
      try {
        const before = await everything(db);
        const outcome = db.transaction(
          async (tx) => {
            for (const step of list) {
              expect(await outcomeOf(tx, step)).toEqual(await outcomeOf(twin, step));
            }
            for (const { id } of before) {
              expect(tx.get('indexed', id)).toEqual(twin.get('indexed', id));
            }
            if (!commits) throw aborted;
          },
          { timeoutMs: 60_000 },
        );
        if (commits) await outcome;
        else await expect(outcome).rejects.toBe(aborted);
        expect(await everything(db)).toEqual(commits ? await everything(twin) : before);
        expect(await db.query('indexed').count()).toBe((await everything(db)).length);
        expect((await db.verify()).problems).toEqual([]);
      } finally {
        await Promise.all([db.close(), twin.close()]);
      }
    });
    await fc.assert(property, { numRuns: runCounts[place], interruptAfterTimeLimit: 12_000 });
  });
});

/** A document of the model; every change makes a new one, so that identity tells whether it was changed. */
interface Counter {
  readonly value: number;
}

/** One transaction that is driven from outside. */
class DrivenTransaction {
  readonly outcome: Promise<string>;
  readonly started: Promise<Transaction>;
  /** What it must see: a copy of what was committed when it began, with its own writes. */
  readonly model: Map<string, Counter>;
  /** What the documents that it has changed were when it began; `undefined` for those it has inserted. */
  readonly read = new Map<string, Counter | undefined>();
  #end: (abort: boolean) => void = () => undefined;

  constructor(db: Database, committed: ReadonlyMap<string, Counter>) {
    this.model = new Map(committed);
    let start: (tx: Transaction) => void = () => undefined;
    this.started = new Promise((resolve) => {
      start = resolve;
    });
    const ended = new Promise<boolean>((resolve) => {
      this.#end = resolve;
    });
    const transaction = db.transaction(
      async (tx) => {
        start(tx);
        if (await ended) throw new Error('aborted');
      },
      { timeoutMs: 60_000 },
    );
    this.outcome = transaction.then(
      () => 'committed',
      (error: unknown) => (error instanceof AuroraError ? error.code : 'aborted'),
    );
  }

  end(abort: boolean): Promise<string> {
    this.#end(abort);
    return this.outcome;
  }
}

type Write =
  | { readonly kind: 'insert' | 'delete' | 'look'; readonly at: number; readonly key: number }
  | { readonly kind: 'add'; readonly at: number; readonly key: number; readonly by: number };
type Turn =
  | Write
  | { readonly kind: 'commit'; readonly at: number; readonly key: number }
  | { readonly kind: 'abort'; readonly at: number; readonly key: number };

const transactionCount = 3;
const place = { at: fc.nat(transactionCount - 1), key: fc.nat(7) };
const turns: fc.Arbitrary<readonly Turn[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert'), ...place }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('add'),
        by: fc.integer({ min: 1, max: 9 }),
        ...place,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), ...place }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('look'), ...place }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit'), ...place }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort'), ...place }) },
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
);

describe('transactions that take turns', () => {
  it.each(places)('each see their own, the first to commit wins, %s', async (place) => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(turns, async (list) => {
      const db = await open(place);
      await db.newCollection('counters', {
        key: { type: 'String', unique: true },
        value: { type: 'Int', indexed: true },
      });
      const committed = new Map<string, Counter>();
      const running: (DrivenTransaction | undefined)[] = [];
      const check = async (target: Database | Transaction, model: ReadonlyMap<string, Counter>) => {
        const found = await target.query('counters').orderBy('value').collect();
        const pairs = found.map(({ key, value }) => [key, value]);
        const wanted = [...model].map(([key, { value }]) => [key, value]);
        expect(pairs.sort()).toEqual(wanted.sort());
      };
      const finish = async (at: number, abort: boolean): Promise<void> => {
        const each = running[at];
        running[at] = undefined;
        if (each === undefined) return;
        const outcome = await each.end(abort);
        seen.add(outcome);
        const isLost = [...each.read].some(([key, before]) => {
          // What was inserted and deleted again is no change.
          const isChange = before !== undefined || each.model.has(key);
          return isChange && committed.get(key) !== before;
        });
        if (abort) expect(outcome).toBe('aborted');
        else if (isLost) expect(['WriteConflict', 'UniqueConstraintViolation']).toContain(outcome);
        else {
          expect(outcome).toBe('committed');
          for (const key of each.read.keys()) {
            const value = each.model.get(key);
            if (value !== undefined) committed.set(key, value);
            else if (each.read.get(key) !== undefined) committed.delete(key);
          }
        }
        await check(db, committed);
      };
      for (const turn of list) {
        if (turn.kind === 'commit' || turn.kind === 'abort') {
          await finish(turn.at, turn.kind === 'abort');
        } else {
          const each = running[turn.at] ?? new DrivenTransaction(db, committed);
          running[turn.at] = each;
          await takeTurn(each, turn, check);
        }
      }
      for (let at = 0; at < transactionCount; at += 1) await finish(at, false);
      await db.close();
    });
    await fc.assert(property, { numRuns: runCounts[place], interruptAfterTimeLimit: 12_000 });
    // So few runs as on disk need not have come upon a conflict.
    const wanted = place === 'in memory' ? ['committed', 'WriteConflict'] : ['committed'];
    expect([...seen]).toEqual(expect.arrayContaining(wanted));
  });
});

async function takeTurn(
  each: DrivenTransaction,
  turn: Write,
  check: (tx: Transaction, model: ReadonlyMap<string, Counter>) => Promise<void>,
): Promise<void> {
  const tx = await each.started;
  const key = `key ${turn.key}`;
  const present = each.model.get(key);
  const one = tx.query('counters').filter((f) => f.eq('key', key));
  // What it was at the beginning is what it is before the first change.
  const willChange = (): void => {
    if (!each.read.has(key)) each.read.set(key, present);
  };
  switch (turn.kind) {
    case 'look':
      return check(tx, each.model);
    case 'insert': {
      const inserted = await tx.insertInto('counters', { key, value: turn.key }).then(
        () => true,
        () => false,
      );
      expect(inserted).toBe(present === undefined);
      if (present !== undefined) return;
      willChange();
      each.model.set(key, { value: turn.key });
      return;
    }
    case 'add':
      expect(await one.update({ value: { increment: turn.by } })).toBe(
        present === undefined ? 0 : 1,
      );
      if (present === undefined) return;
      willChange();
      each.model.set(key, { value: present.value + turn.by });
      return;
    case 'delete':
      expect(await one.delete()).toBe(present === undefined ? 0 : 1);
      if (present === undefined) return;
      willChange();
      each.model.delete(key);
      return;
  }
}
