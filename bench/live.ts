/*
 * Live queries beside reactive databases for JavaScript, all in memory: `npm run bench -- live [watchers | large |
 * throughput | windows | memory] [--without PEER]…`. Ratios are of one run; figures of a machine that does other things
 * are upper bounds. A peer that takes more than 15 seconds for one figure is ended there. `--quick` leaves out what takes
 * minutes.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Aurora, applyLiveDelta, type Database, type EventStream, type WatchUpdate } from '#engine';
import {
  installPeers,
  type ReactiveDatabase,
  type ReactiveDocument,
  type ReactivePeer,
  reactivePeers,
} from './live/reactive-peers.mjs';
import { seededRandom } from './storage/random.ts';

const write = (text: string) => process.stdout.write(text);
const ignore = () => undefined;
const rethrow = (error: unknown) => {
  throw error;
};

/** For one figure of one peer. */
const figureMsMax = 15_000;
/** So many that the compiler has done its work when the second half of them, which counts, begins. */
const updateCount = 10_000;

const engine: ReactivePeer = {
  name: 'Aurora',
  watchersMax: 10_000,
  async open(documents) {
    const db = await openWith(documents);
    return {
      async watch(owner, onChange) {
        const all = db.query('docs');
        const query = owner === undefined ? all : all.filter((f) => f.eq('owner', owner));
        const expected = await query.count();
        const stream = query.watch();
        const seen = { count: 0 };
        for (; seen.count < expected; seen.count += 1) await stream.next();
        follow(stream, seen, onChange).catch(rethrow);
        return () => seen.count;
      },
      update: (id, n) =>
        db
          .query('docs')
          .filter((f) => f.eq('id', id))
          .update({ n }),
      close: () => db.close(),
    };
  },
};

/** Calls back with what changes, and counts what there is. */
async function follow(
  stream: EventStream<WatchUpdate<Record<string, unknown>>>,
  seen: { count: number },
  onChange: (n: unknown) => void,
): Promise<void> {
  for await (const update of stream) {
    if (update.type === 'Added') seen.count += 1;
    if (update.type === 'Removed') seen.count -= 1;
    if (update.type === 'Modified') onChange(update.new['n']);
  }
}

async function openWith(documents: readonly ReactiveDocument[]): Promise<Database> {
  const db = await Aurora.open({ store: 'memory' });
  await db.newCollection('docs', {
    owner: { type: 'String', indexed: true },
    n: { type: 'Int', indexed: true },
  });
  for (let at = 0; at < documents.length; at += 5_000) {
    const some = documents.slice(at, at + 5_000).map((document) => ({ ...document }));
    await db.insertMany('docs', some);
  }
  return db;
}

function documentsOf(count: number): readonly ReactiveDocument[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `018f0000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`,
    owner: `owner ${at % 100}`,
    n: at,
  }));
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

/**
 * Median time, in microseconds, from an update to the callback of the watcher that it concerns; `undefined` for a peer
 * that was ended before it came to one.
 */
async function updateToCallback(
  peer: ReactivePeer,
  documents: readonly ReactiveDocument[],
  options: { readonly owner: string | undefined; readonly others: number; readonly count: number },
): Promise<number | undefined> {
  const endsAt = performance.now() + figureMsMax;
  const db = await peer.open(documents);
  try {
    let heard: (n: unknown) => void = () => undefined;
    const sizeOf = await db.watch(options.owner, (n) => heard(n));
    for (let at = 0; at < options.others; at += 1) {
      if (performance.now() > endsAt) return undefined;
      await db.watch(`nobody ${at}`, ignore);
    }
    const wanted = documents.filter(
      ({ owner }) => options.owner === undefined || owner === options.owner,
    );
    if (sizeOf() !== wanted.length) throw new Error(`${peer.name} watches ${sizeOf()} documents`);
    const times: number[] = [];
    for (let at = 0; at < options.count && performance.now() < endsAt; at += 1) {
      const n = 1_000_000 + at;
      const id = wanted[at % wanted.length]?.id ?? '';
      times.push(await timeOf(db, id, n, (listener) => (heard = listener)));
    }
    return times.length === 0 ? undefined : median(times.slice(times.length >> 1));
  } finally {
    await db.close();
  }
}

async function timeOf(
  db: ReactiveDatabase,
  id: string,
  n: number,
  listen: (listener: (n: unknown) => void) => void,
): Promise<number> {
  const startedAt = performance.now();
  let heardAt = 0;
  const callback = new Promise<void>((resolve) => {
    listen((value) => {
      if (heardAt !== 0 || value === undefined) return;
      heardAt = performance.now();
      resolve();
    });
  });
  await db.update(id, n);
  await callback;
  return (heardAt - startedAt) * 1_000;
}

async function manyWatchers({ isQuick, peers }: Options): Promise<void> {
  const documents = documentsOf(10_000);
  const numbers = isQuick ? [10, 1_000] : [10, 1_000, 10_000];
  write('\nupdate to callback, 10,000 documents, µs (p50), by watchers that it does not concern\n');
  write(`${''.padEnd(14)}${numbers.map((count) => String(count).padStart(10)).join('')}\n`);
  const table = new Map<string, number[]>();
  for (const peer of [engine, ...peers]) {
    const row: number[] = [];
    let isEnded = false;
    for (const others of numbers) {
      if (others > peer.watchersMax || isEnded) continue;
      const count = isSlow(peer) ? 60 : updateCount;
      const us = await updateToCallback(peer, documents, { owner: 'owner 7', others, count });
      if (us === undefined) isEnded = true;
      else row.push(us);
    }
    table.set(peer.name, row);
    const figures = row.map((us) => us.toFixed(1).padStart(10)).join('');
    write(`${peer.name.padEnd(14)}${figures}${isEnded ? ended : ''}\n`);
  }
  const ours = table.get('Aurora') ?? [];
  const last = ours.at(-1) ?? Number.NaN;
  write(`growth with watchers (≤ 1.3 wanted): ${(last / (ours[0] ?? Number.NaN)).toFixed(2)}\n`);
  for (const [name, wanted] of [
    ['TanStack DB', 20],
    ['LokiJS', 4],
  ] as const) {
    const ratio = (table.get(name)?.[1] ?? Number.NaN) / (ours[1] ?? Number.NaN);
    write(`${name} / Aurora at 1,000 (≥ ${wanted} wanted): ${ratio.toFixed(2)}\n`);
  }
}

async function largeResult({ isQuick, peers }: Options): Promise<void> {
  const documents = documentsOf(50_000);
  write('\none update in a live result of 50,000 rows, µs (p50)\n');
  const times = new Map<string, number>();
  for (const peer of [engine, ...peers]) {
    if (isQuick && peer.watchersMax < 1_000) continue;
    const options = { owner: undefined, others: 0, count: isSlow(peer) ? 10 : updateCount };
    const us = await updateToCallback(peer, documents, options);
    if (us !== undefined) times.set(peer.name, us);
    write(`${peer.name.padEnd(14)}${us?.toFixed(1).padStart(10) ?? ended}\n`);
  }
  const withPositions = await positionedUpdate(documents);
  write(`Aurora, with the row's position (db.live)${withPositions.toFixed(1).padStart(10)}\n`);
  const ratio = (times.get('TinyBase') ?? Number.NaN) / (times.get('Aurora') ?? Number.NaN);
  write(`TinyBase / Aurora (≥ 0.8 wanted): ${ratio.toFixed(2)}\n`);
}

/** As above, for a query whose rows have an order; the copy is compared with the query at the end. */
async function positionedUpdate(documents: readonly ReactiveDocument[]): Promise<number> {
  const db = await openWith(documents);
  const text = '{ docs(orderBy: { n: ASC }) { id n } }';
  const live = db.live(text);
  const { value: first } = await live.next();
  if (first?.type !== 'snapshot') throw new Error('a live query begins with its result');
  const times: number[] = [];
  for (let at = 0; at < 200; at += 1) {
    const startedAt = performance.now();
    const updating = db
      .query('docs')
      .filter((f) => f.eq('id', documents[at * 7]?.id ?? ''))
      .update({ n: 2_000_000 - at });
    const { value: event } = await live.next();
    times.push((performance.now() - startedAt) * 1_000);
    await updating;
    if (event?.type === 'delta') applyLiveDelta(first.data, event.changes);
  }
  const now = await db.execute(text);
  if (JSON.stringify(now.data) !== JSON.stringify(first.data)) throw new Error('the copy is wrong');
  await db.close();
  return median(times.slice(50));
}

async function throughput(): Promise<void> {
  const documents = documentsOf(10_000);
  const db = await openWith(documents);
  const lives = Array.from({ length: 10_000 }, (_, at) =>
    db
      .query('docs')
      .filter((f) => f.eq('owner', `nobody ${at}`))
      .watch(),
  );
  const waiting = lives.map((live) => live.next());
  const rounds = 200;
  const each = 100;
  const random = seededRandom(1);
  let startedAt = 0;
  // The first rounds are for the live queries to begin, and for the compiler to get warm.
  for (let round = -rounds; round < rounds; round += 1) {
    if (round === 0) startedAt = performance.now();
    await Promise.all(
      Array.from({ length: each }, (_, at) => {
        const id = documents[(Math.floor(random() * 100) * 100 + at) % documents.length]?.id ?? '';
        return db
          .query('docs')
          .filter((f) => f.eq('id', id))
          .update({ n: { increment: 1 } });
      }),
    );
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  write(
    `\nupdates with 10,000 live queries, 100 at a time (≥ 20,000/s wanted): ${((rounds * each) / seconds).toFixed(0)}/s\n`,
  );
  await db.close();
  await Promise.all(waiting);
}

/** Whoever takes milliseconds for an update. */
function isSlow({ name }: ReactivePeer): boolean {
  return ['RxDB', 'SignalDB', 'PGlite'].includes(name);
}

const ended = `  ended after ${figureMsMax / 1_000} s`;

async function windows(): Promise<void> {
  const documents = documentsOf(10_000);
  const db = await openWith(documents);
  const lives = Array.from({ length: 1_000 }, (_, at) =>
    db.live(
      `{ docs(where: { owner: { ne: "nobody ${at}" } } orderBy: { n: DESC }, limit: 20) { id n } }`,
    ),
  );
  await Promise.all(lives.map((live) => live.next()));
  const random = seededRandom(2);
  const updates = 10_000;
  const startedAt = performance.now();
  for (let at = 0; at < updates; at += 1) {
    const id = documents[Math.floor(random() * documents.length)]?.id ?? '';
    await db
      .query('docs')
      .filter((f) => f.eq('id', id))
      .update({ n: Math.floor(random() * 10_000) });
    for (const live of lives) live.take();
  }
  const us = ((performance.now() - startedAt) * 1_000) / updates;
  const result = await db.execute('{ _watchers { reruns } }');
  const rows = result.kind === 'query' ? (result.documents ?? []) : [];
  const reruns = rows.reduce((sum, { data }) => sum + Number(data['reruns']), 0);
  const share = (100 * reruns) / (updates * lives.length);
  write(
    `\n1,000 live windows of 20 rows, 10,000 random updates: ${us.toFixed(0)} µs each, run again for ${share.toFixed(4)} % of updates (≤ 0.5 % wanted)\n`,
  );
  await db.close();
}

/** Bytes of heap for a watcher that nothing concerns. */
async function memory(peer: ReactivePeer, count: number): Promise<number> {
  const db = await peer.open(documentsOf(1_000));
  // What the first of them have compiled is no watcher's, and code that goes meanwhile is none either.
  for (let at = 0; at < count; at += 1) await db.watch(`nobody before ${at}`, ignore);
  const before = await heapBytes();
  for (let at = 0; at < count; at += 1) await db.watch(`nobody ${at}`, ignore);
  const bytes = ((await heapBytes()) - before) / count;
  await db.close();
  return bytes;
}

/** What is left once nothing goes any more: what was filled in before is let go of over some turns. */
async function heapBytes(): Promise<number> {
  let last = Number.POSITIVE_INFINITY;
  for (;;) {
    await setTimeout(200);
    for (let count = 0; count < 3; count += 1) globalThis.gc?.();
    const bytes = process.memoryUsage().heapUsed;
    if (last - bytes < 10_000) return bytes;
    last = bytes;
  }
}

async function idleMemory({ peers }: Options): Promise<void> {
  const tanstack = peers.find(({ name }) => name === 'TanStack DB');
  const ours = await memory(engine, 5_000);
  const theirs = tanstack === undefined ? Number.NaN : await memory(tanstack, 500);
  write(
    `\nheap of an idle watcher: Aurora ${ours.toFixed(0)} bytes, TanStack DB ${theirs.toFixed(0)} (${(theirs / ours).toFixed(1)} times, ≥ 20 wanted)\n`,
  );
}

interface Options {
  readonly isQuick: boolean;
  readonly peers: readonly ReactivePeer[];
}

const sections: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  watchers: manyWatchers,
  large: largeResult,
  throughput,
  windows,
  memory: idleMemory,
};

/** All sections, or those that are named. */
export async function benchLive(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, without: { type: 'string', multiple: true } },
  });
  const without = (values.without ?? []).map((name) => name.toLowerCase());
  const hasPeers = installPeers();
  if (!hasPeers) write('The peers cannot be installed (bench/live-peers).\n');
  const peers = reactivePeers.filter(({ name }) => !without.includes(name.toLowerCase()));
  const options = { isQuick: values.quick === true, peers: hasPeers ? peers : [] };
  for (const [name, run] of Object.entries(sections)) {
    if (positionals.length === 0 || positionals.includes(name)) await run(options);
  }
}
