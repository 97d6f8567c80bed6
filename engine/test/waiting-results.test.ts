/*
 * Results whose reader takes its time while others write: every document comes as it was when the query began, and
 * what was kept for the reader is gone with its run.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, type Database, type JsonValue, type Run } from '#engine';
import { limits } from '../limits.ts';

const seed = Number(process.env['WAITING_RESULTS_SEED'] ?? Date.now() % 2 ** 31);
console.info(`waiting results: seed ${seed}`);

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-waiting-'));
  db = await Aurora.open(join(folder, 'test.db'));
  await db.newCollection('things', {
    n: { type: 'Int', indexed: true },
    tag: { type: 'String', nullable: true },
    more: { type: 'Object', nullable: true },
  });
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Pulled {
  readonly rows: readonly JsonValue[][];
  readonly done: boolean;
}

async function pull(run: Run, rowsMax: number): Promise<Pulled> {
  const { parts, done } = await run.next(rowsMax);
  const rows: JsonValue[][] = [];
  for (const part of parts) {
    if (part.kind === 'failed') throw part.error;
    if (part.kind !== 'rows') continue;
    for (let at = 0; at < part.rowCount; at += 1) {
      rows.push(part.columns.map((column) => column[at] ?? null));
    }
  }
  return { rows, done };
}

/** Pulls until there are rows, so that the run has its snapshot. */
async function begin(run: Run, rowsMax: number): Promise<JsonValue[][]> {
  for (;;) {
    const { rows, done } = await pull(run, rowsMax);
    if (done || rows.length > 0) return [...rows];
  }
}

async function pullAll(run: Run, rowsMax: number): Promise<JsonValue[][]> {
  const all: JsonValue[][] = [];
  for (;;) {
    const { rows, done } = await pull(run, rowsMax);
    all.push(...rows);
    if (done) return all;
  }
}

async function rowsOf(text: string): Promise<JsonValue[][]> {
  const run = db.run(text);
  return pullAll(run, 10_000);
}

async function insert(count: number, tag: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let start = 0; start < count; start += 5_000) {
    const length = Math.min(5_000, count - start);
    const documents = Array.from({ length }, (_, at) => ({ n: start + at, tag }));
    ids.push(...(await db.insertMany('things', documents)));
  }
  return ids;
}

/** Commits until it is ended, and makes the store go on each time. */
function writeAllTheTime(): { end(): Promise<number> } {
  let isEnded = false;
  const writing = (async () => {
    let count = 0;
    while (!isEnded) {
      await db.execute(
        'mutation { update(collection: "things", where: { n: { lt: 50 } }, data: { tag: "new" }) { id } }',
      );
      count += 1;
    }
    return count;
  })();
  return {
    end: () => {
      isEnded = true;
      return writing;
    },
  };
}

async function isTrueSoon(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 10) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

async function readerCount(): Promise<number> {
  return (await db.stats()).readers.length;
}

/** Files of spools that this process has open, named or not. */
function openSpools(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    const link = `/proc/self/fd/${descriptor}`;
    // The descriptor that listed the others is closed by now.
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) return [];
    const target = readlinkSync(link);
    return target.startsWith(join(folder, 'test.db', 'spool-')) ? [target] : [];
  });
}

describe('a reader among writers', () => {
  const texts = [
    'query { things { id n tag more } }',
    'query { things(where: { n: { gte: 20 } }) { id n tag more } }',
    'query { things(orderBy: { n: DESC }) { id n tag more } }',
    'query { things(orderBy: { tag: ASC }) { id tag more } }',
    'query { things(where: { tag: { ne: "a" } }, orderBy: { tag: DESC, n: ASC }, limit: 200, offset: 3) { id n } }',
  ];
  const document = fc.record({
    n: fc.integer({ min: 0, max: 60 }),
    tag: fc.constantFrom('a', 'b', 'x'.repeat(300), null),
    more: fc.option(fc.dictionary(fc.string({ maxLength: 3 }), fc.integer(), { maxKeys: 3 })),
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('pull' as const), rowsMax: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ kind: fc.constant('insert' as const), document }),
    fc.record({
      kind: fc.constant('update' as const),
      n: fc.integer({ min: 0, max: 60 }),
      document,
    }),
    fc.record({ kind: fc.constant('delete' as const), n: fc.integer({ min: 0, max: 60 }) }),
    // Whoever scans makes the store go on, so that the reader's state is superseded.
    fc.record({ kind: fc.constant('scan' as const) }),
  );

  it('gets every document as it was when its query began', async () => {
    const cases = fc.record({
      text: fc.constantFrom(...texts),
      documents: fc.array(document, { minLength: 1, maxLength: 400, size: 'max' }),
      steps: fc.array(step, { maxLength: 25, size: 'max' }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, documents, steps }) => {
        await db.query('things').delete();
        await db.insertMany('things', documents);
        const expected = await rowsOf(text);
        const run = db.run(text);
        const rows = await begin(run, 1);
        for (const each of steps) {
          if (each.kind === 'pull') rows.push(...(await pull(run, each.rowsMax)).rows);
          else if (each.kind === 'scan') await db.query('things').collect();
          else await write(each);
        }
        rows.push(...(await pullAll(run, 100)));
        expect(rows).toEqual(expected);
      }),
      { seed, numRuns: 40 },
    );
  }, 120_000);

  async function write(
    each: Exclude<
      typeof step extends fc.Arbitrary<infer Step> ? Step : never,
      { kind: 'pull' | 'scan' }
    >,
  ): Promise<void> {
    if (each.kind === 'insert') await db.insertInto('things', each.document);
    if (each.kind === 'update') {
      await db
        .query('things')
        .filter((f) => f.eq('n', each.n))
        .update(each.document);
    }
    if (each.kind === 'delete')
      await db
        .query('things')
        .filter((f) => f.eq('n', each.n))
        .delete();
  }

  it('streams 100,000 documents while others commit all the time', async () => {
    await insert(100_000, 'old');
    const run = db.run('query { things { n tag } }');
    const rows = await begin(run, 1_000);
    const writer = writeAllTheTime();
    rows.push(...(await pullAll(run, 1_000)));
    expect(await writer.end()).toBeGreaterThan(0);
    expect(rows.length).toBe(100_000);
    expect(rows.every(([n, tag], at) => n === at && tag === 'old')).toBe(true);
  }, 120_000);
});

describe('a snapshot that a result waits with', () => {
  it('is let go as soon as others have written', async () => {
    await insert(2_000, 'old');
    const run = db.run('query { things { n tag } }');
    const rows = await begin(run, 10);
    const startedMs = performance.now();
    await db
      .query('things')
      .filter((f) => f.lt('n', 100))
      .update({ tag: 'new' });
    await db.query('things').collect();
    expect(await isTrueSoon(async () => (await readerCount()) === 0)).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(limits.snapshotMsMax);
    rows.push(...(await pullAll(run, 1_000)));
    expect(rows).toEqual(Array.from({ length: 2_000 }, (_, n) => [n, 'old']));
  });

  it('is let go when it is two seconds old although nobody has written', async () => {
    await insert(500, 'old');
    const run = db.run('query { things { n } }');
    const rows = await begin(run, 10);
    expect(await readerCount()).toBe(1);
    expect(await isTrueSoon(async () => (await readerCount()) === 0)).toBe(true);
    rows.push(...(await pullAll(run, 1_000)));
    expect(rows.length).toBe(500);
  });
});

describe.skipIf(process.platform !== 'linux')('the file that keeps a waiting result', () => {
  const text = 'query { things(orderBy: { n: ASC }) { n tag } }';

  /** A run whose rest is too large for memory, and lies in a file. */
  async function openSpilled(signal?: AbortSignal): Promise<Run> {
    await insert(6_000, 'old'.repeat(500));
    const run = db.run(text, signal === undefined ? {} : { signal });
    await begin(run, 10);
    await db
      .query('things')
      .filter((f) => f.lt('n', 10))
      .update({ tag: 'new' });
    await db.query('things').limit(1).collect();
    expect(await isTrueSoon(() => openSpools().length === 1)).toBe(true);
    return run;
  }

  const spoolNames = () =>
    readdirSync(join(folder, 'test.db')).filter((name) => name.startsWith('spool-'));

  it('has no name, and is gone when all was given', async () => {
    const run = await openSpilled();
    expect(await isTrueSoon(() => spoolNames().length === 0)).toBe(true);
    const rows = await pullAll(run, 1_000);
    expect([rows.length, rows.every(([, tag]) => tag === 'old'.repeat(500)), openSpools()]).toEqual(
      [5_990, true, []],
    );
  }, 60_000);

  it('is gone when the run is closed', async () => {
    const run = await openSpilled();
    await run.close();
    expect([openSpools(), await readerCount()]).toEqual([[], 0]);
  }, 60_000);

  it('is gone when the run is cancelled, without another pull', async () => {
    const abort = new AbortController();
    const run = await openSpilled(abort.signal);
    abort.abort();
    expect(await isTrueSoon(() => openSpools().length === 0)).toBe(true);
    await expect(pullAll(run, 1_000)).rejects.toMatchObject({ code: 'Cancelled' });
  }, 60_000);

  it('is gone when the database is closed', async () => {
    await openSpilled();
    await db.close();
    expect([openSpools(), spoolNames()]).toEqual([[], []]);
  }, 60_000);
});
