/*
 * The law of live queries: a snapshot and the deltas after it give what running the query gives, at every commit. Random
 * histories of commits, rollbacks and refusals against random queries of every kind, for consumers that keep up, that
 * are slow, and that gather for a while; the reference evaluator says what is right. `npm run test:long -- live` has
 * more of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  Aurora,
  applyLiveDelta,
  type ChangePosition,
  type Database,
  type EventStream,
  type JsonValue,
  type LiveEvent,
  type WatchUpdate,
} from '#engine';
import {
  compoundIndexes,
  documents,
  everyFieldName,
  everyType,
  everyTypeIndexed,
  filters,
  orders,
} from '../testing/arbitraries.ts';
import { groupings, totals } from '../testing/arbitrary-parts.ts';
import { evaluateReferenceRoot, type ReferenceDocument } from '../testing/reference-evaluator.ts';
import { referenceRoot } from '../testing/reference-query.ts';
import { UnstatableSum } from '../testing/reference-sum.ts';
import { randomFrom } from './durability/seeded-random.ts';
import { changeSomething } from './live-law-steps.ts';

type JsonObject = { readonly [key: string]: JsonValue };

const wantedRuns = Number(process.env['LIVE_RUNS'] ?? 10_000);
const timeMsMax = process.env['LIVE_RUNS'] === undefined ? 25_000 : Number.POSITIVE_INFINITY;
const seed = Number(process.env['LIVE_SEED'] ?? Date.now() % 1_000_000);

const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] =>
  fc.sample(arbitrary, { numRuns: count, seed });
const pool = {
  documents: sample(documents, 500),
  filters: sample(filters, 500),
  orders: sample(orders, 100),
  totals: sample(totals, 100),
  groupings: sample(groupings, 100),
};

let random = randomFrom(seed);
const below = (count: number): number => Math.floor(random() * count);
const among = <T>(items: readonly T[]): T => {
  const item = items[below(items.length)];
  if (item === undefined) throw new Error('there is something to choose from');
  return item;
};

/** By kind of query: how many were followed, and how often they ran again. */
const tally = new Map<string, { followed: number; deltas: number; reruns: number }>();
const tallyOf = (kind: string) => {
  const known = tally.get(kind) ?? { followed: 0, deltas: 0, reruns: 0 };
  tally.set(kind, known);
  return known;
};
let runCount = 0;

const folder = mkdtempSync(join(tmpdir(), 'aurora-live-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  console.info(`live law: ${runCount} of ${wantedRuns} histories, seed ${seed}`);
  for (const [kind, counts] of tally) console.info(`  ${kind}: ${JSON.stringify(counts)}`);
});

/** What a query gives at a moment; `undefined` for a sum that cannot be said. */
type Expectation = (all: readonly ReferenceDocument[]) => JsonValue | undefined;

interface Follower {
  readonly kind: string;
  readonly describe: string;
  /** Takes what is there; throws when it contradicts what was at that commit. */
  drain(states: ReadonlyMap<number, readonly ReferenceDocument[]>): void;
  /** True when the copy is what the query gives now. */
  isRight(all: readonly ReferenceDocument[]): boolean;
  show(all: readonly ReferenceDocument[]): unknown;
  /** True when it may have ended with an error. */
  readonly mayFail: boolean;
  /** Waits for an event; false when it has ended. */
  pull(): Promise<boolean>;
  close(): void;
}

function expectationOf(
  text: string,
  db: Database,
  given: { where: JsonObject; orderBy?: readonly JsonObject[] },
): Expectation {
  const root = referenceRoot(text, db.catalog(), given);
  return (all) => {
    try {
      return evaluateReferenceRoot(root, new Map([[root.collection, all]]));
    } catch (error) {
      if (error instanceof UnstatableSum) return undefined;
      throw error;
    }
  };
}

function window(): string {
  const limit = among(['', '', 'limit: 1', 'limit: 2', 'limit: 5', 'limit: 0']);
  const offset = among(['', '', 'offset: 1', 'offset: 3']);
  return [limit, offset].filter((each) => each !== '').join(' ');
}

const pageArguments = ['first: 2', 'last: 2', 'first: 100', 'first: 0'];

/** Equal for equal values: the largest of two objects that differ in the order of their keys may be either. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function bodyOf(shown: string, collection: string): string {
  const fields = everyFieldName.filter(() => random() < 0.4).join(' ');
  switch (shown) {
    case 'rows':
      return random() < 0.3 ? 'id' : `id ${fields} place: o { city inner { deep } }`;
    case 'totals':
      return among(pool.totals);
    case 'groups':
      return among(pool.groupings);
    case 'both':
      return `${among(pool.totals)} ${among(pool.groupings)}`;
    case 'pages':
      return 'totalCount edges { node { id n s } } pageInfo { hasNextPage hasPreviousPage }';
    default:
      return `id alike: lookup(collection: "${collection}", localField: "s", foreignField: "s", limit: 3) { id n } text: compute("concat(s, s)")`;
  }
}

function followQuery(db: Database, collection: string): Follower {
  const where = random() < 0.2 ? {} : among(pool.filters);
  const orderBy = random() < 0.3 ? [] : among(pool.orders);
  const shown = among(['rows', 'rows', 'rows', 'totals', 'groups', 'both', 'pages', 'lookups']);
  const range = shown === 'rows' ? window() : shown === 'pages' ? among(pageArguments) : '';
  const body = bodyOf(shown, collection);
  const first = `query($where: Object, $order: Any) { r: ${collection}(where: $where, orderBy: $order ${range}) { ${body} }`;
  const expected = expectationOf(`${first} }`, db, { where, orderBy });
  // A second root must always be of the same commit as the first.
  const text = random() < 0.3 ? `${first} all: ${collection} { totalCount } }` : `${first} }`;
  const debounceMs = random() < 0.2 ? 1 : 0;
  const live = db.live(text, { variables: { where, order: [...orderBy] }, debounceMs });
  return liveFollower(live, expected, {
    kind: shown === 'rows' ? (range === '' ? 'rows' : 'windows') : shown,
    describe: `${text}\n${JSON.stringify({ where, orderBy, debounceMs })}`,
  });
}

function liveFollower(
  live: EventStream<LiveEvent>,
  expected: Expectation,
  { kind, describe: description }: { readonly kind: string; readonly describe: string },
): Follower {
  const counts = tallyOf(kind);
  counts.followed += 1;
  let copy: { [key: string]: JsonValue } | undefined;
  let isOver = false;
  /** A sum could not be said at some commit; then the query may have ended with that. */
  let mayFail = false;
  const take = (event: LiveEvent, states?: ReadonlyMap<number, readonly ReferenceDocument[]>) => {
    if (event.type === 'snapshot') copy = event.data;
    else {
      counts.deltas += 1;
      if (copy === undefined) throw new Error('a snapshot comes first');
      applyLiveDelta(copy, event.changes);
    }
    const then = states?.get(event.lsn);
    if (then === undefined) return;
    if ('all' in copy) expect(copy['all'], description).toEqual({ totalCount: then.length });
    expect(copy['r'], `${description}\nat ${event.lsn}: ${JSON.stringify(event)}`).toEqual(
      expected(then),
    );
  };
  return {
    kind,
    describe: description,
    get mayFail() {
      return mayFail;
    },
    drain(states) {
      for (const all of states.values()) if (expected(all) === undefined) mayFail = true;
      for (let event = live.take(); event !== undefined; event = live.take()) take(event, states);
    },
    isRight(all) {
      const now = expected(all);
      if (now === undefined) mayFail = true;
      if (now === undefined || isOver) return true;
      return copy !== undefined && textOf(copy['r']) === textOf(now);
    },
    show: (all) => ({ copy: copy?.['r'], wanted: expected(all) }),
    async pull() {
      try {
        const result = await live.next();
        if (result.done !== true) take(result.value);
      } catch (error) {
        expect(error).toMatchObject({ code: 'InvalidValue' });
        isOver = true;
      }
      return !isOver;
    },
    close: () => live.close(),
  };
}

function followWatch(db: Database, collection: string): Follower {
  const where = random() < 0.2 ? {} : among(pool.filters);
  const limit = [undefined, undefined, 1, 2, 5][below(5)];
  const text = `{ r: ${collection}${limit === undefined ? '' : `(limit: ${limit})`} { id } }`;
  const expected = expectationOf(text, db, { where });
  let query = db.query(collection).filter(() => ({ where }));
  if (limit !== undefined) query = query.limit(limit);
  const debounceMs = random() < 0.2 ? 1 : 0;
  const stream = query.watch({ debounceMs });
  const kind = limit === undefined ? 'watch' : 'watch with limit';
  const counts = tallyOf(kind);
  counts.followed += 1;
  const copy = new Map<string, unknown>();
  const take = (update: WatchUpdate<{ id: string }>) => {
    counts.deltas += 1;
    const { type, id, old } = update;
    if (type !== 'Added') expect(copy.get(id), `${text}: old`).toEqual(old);
    else if (!update.isInitial) expect(copy.has(id)).toBe(false);
    if (type === 'Removed') copy.delete(id);
    else copy.set(id, update.new);
  };
  const wanted = (all: readonly ReferenceDocument[]) => {
    const rows = expected(all);
    const byId = new Map(all.map((document) => [String(document['id']), document]));
    const ids = Array.isArray(rows) ? rows.map((row: JsonObject) => String(row['id'])) : [];
    return ids.map((id) => [id, byId.get(id)] as const).sort();
  };
  return {
    kind,
    describe: `${text} ${JSON.stringify({ where, debounceMs })}`,
    drain() {
      for (let event = stream.take(); event !== undefined; event = stream.take()) take(event);
    },
    isRight: (all) => JSON.stringify([...copy].sort()) === JSON.stringify(wanted(all)),
    show: (all) => ({ copy: [...copy].sort(), wanted: wanted(all) }),
    mayFail: false,
    pull: async () => true,
    close: () => stream.close(),
  };
}

/** A feed that is left and gone on with, now and then: it gives every change once. */
function followFeed(db: Database, collection: string, all: readonly ReferenceDocument[]): Follower {
  const counts = tallyOf('feed');
  counts.followed += 1;
  let feed = db.listen(collection);
  const copy = new Map<string, unknown>(all.map((document) => [String(document['id']), document]));
  let after: ChangePosition | undefined;
  return {
    kind: 'feed',
    describe: `listen ${collection}`,
    drain() {
      for (let event = feed.take(); event !== undefined; event = feed.take()) {
        expect(event.changeType).not.toBe('Lagged');
        if (event.changeType === 'Lagged') return;
        counts.deltas += 1;
        expect(copy.get(event.id), 'what was').toEqual(event.old);
        if (event.document === undefined) copy.delete(event.id);
        else copy.set(event.id, event.document);
        const { epoch, lsn, endsCommit } = event;
        if (!endsCommit || random() < 0.7) continue;
        after = { epoch, lsn };
        feed.close();
        feed = db.listen(collection, { after });
      }
    },
    isRight: (all) =>
      all.length === copy.size && all.every((document) => isDeepEqual(copy, document)),
    show: (all) => ({ copy: [...copy], wanted: all, after }),
    mayFail: false,
    pull: async () => true,
    close: () => feed.close(),
  };
}

function isDeepEqual(copy: ReadonlyMap<string, unknown>, document: ReferenceDocument): boolean {
  return JSON.stringify(copy.get(String(document['id']))) === JSON.stringify(document);
}

async function stateOf(db: Database, collection: string): Promise<readonly ReferenceDocument[]> {
  return (await db.query(collection).collect()) as ReferenceDocument[];
}

/** True when it ends with an error; false when nothing comes any more. */
async function hasEnded(follower: Follower): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), 2_000);
  });
  const isOpen = await Promise.race([follower.pull(), patience]);
  clearTimeout(timer);
  return !isOpen;
}

async function settle(follower: Follower, all: readonly ReferenceDocument[]): Promise<void> {
  for (let look = 0; look < 2_000; look += 1) {
    follower.drain(new Map());
    if (follower.isRight(all)) return;
    if (follower.mayFail && look === 200 && (await hasEnded(follower))) return;
    await new Promise((resolve) => (look < 100 ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
  expect.fail(`${follower.describe}\n${JSON.stringify(follower.show(all), null, 1)}`);
}

async function history(db: Database, collection: string): Promise<void> {
  await db.query(collection).delete();
  await db.insertMany(
    collection,
    Array.from({ length: random() < 0.15 ? 120 : below(12) }, () => ({ ...among(pool.documents) })),
  );
  let all = await stateOf(db, collection);
  const followers = [
    followQuery(db, collection),
    followQuery(db, collection),
    followQuery(db, collection),
    followWatch(db, collection),
    ...(db.path === ':memory:' ? [] : [followFeed(db, collection, all)]),
  ];
  const states = new Map([[(await db.position()).lsn, all]]);
  // Some follow from the first moment on, for others commits come while they begin.
  if (random() < 0.5) for (const follower of followers) await settle(follower, all);
  for (let count = 0; count < 5; count += 1) {
    await changeSomething(db, collection, all, { random, documents: pool.documents });
    all = await stateOf(db, collection);
    states.set((await db.position()).lsn, all);
    for (const follower of followers) if (random() < 0.7) follower.drain(states);
  }
  for (const follower of followers) await settle(follower, all);
  const watchers = await db.execute('{ _watchers { query reruns reason } }');
  for (const watcher of watchers.kind === 'query' ? (watchers.documents ?? []) : []) {
    const { query, reruns } = watcher.data;
    const follower = followers.find(({ describe: text }) => text.startsWith(String(query)));
    if (follower !== undefined) tallyOf(follower.kind).reruns += Number(reruns);
  }
  for (const follower of followers) follower.close();
}

describe('a live query', () => {
  it(
    `is at every commit what running it would give (seed ${seed})`,
    async () => {
      random = randomFrom(seed);
      const startedAt = performance.now();
      let db: Database | undefined;
      while (runCount < wantedRuns && performance.now() - startedAt < timeMsMax) {
        if (runCount % 50 === 0) {
          await db?.close();
          // Only what has a log can be gone on with.
          const dbPath = join(folder, `law-${runCount}`);
          const onDisk = { dbPath, durabilityMode: 'WAL' } as const;
          db = await Aurora.open(random() < 0.75 ? { store: 'memory' } : onDisk);
          await db.newCollection('plain', everyType);
          await db.newCollection('indexed', everyTypeIndexed, { indexes: compoundIndexes });
        }
        if (db !== undefined) await history(db, random() < 0.5 ? 'plain' : 'indexed');
        runCount += 1;
      }
      await db?.close();
      const never = ['rows', 'totals', 'watch'].map((kind) => [kind, tally.get(kind)?.reruns]);
      expect(never).toEqual(never.map(([kind]) => [kind, 0]));
    },
    timeMsMax === Number.POSITIVE_INFINITY ? 3_600_000 : 120_000,
  );
});
