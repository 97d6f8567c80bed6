/*
 * A preview against the run of the same text: what the report says is what the documents become, and the preview itself
 * leaves nothing behind, not in the documents, the jobs, their counts, the order of commits, the feed, nor in a byte of
 * any file of the database, which is looked at around every preview. A failure prints its seed.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, type JsonValue } from '#engine';
import { compoundIndexes, documents, everyTypeIndexed, filters } from '../testing/arbitraries.ts';
import { fastFolder } from './durability/fast-folder.ts';

type JsonObject = { readonly [key: string]: JsonValue };
type Document = { readonly id: string; readonly [field: string]: unknown };

const folder = mkdtempSync(join(fastFolder(), 'aurora-preview-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ids = fc.integer({ min: 0, max: 99 }).map((n) => {
  return `00000000-0000-4000-8000-0000000000${n.toString(16).padStart(2, '0')}`;
});
const withId = fc.tuple(documents, ids).map(([document, id]): JsonObject => ({ ...document, id }));
const numbers = fc.integer({ min: -2, max: 3 });
/** Values that update operators compute, and plain ones; some do not fit their field. */
const data = fc.oneof(
  { weight: 3, arbitrary: documents },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        n: fc.oneof(
          numbers.map((increment): JsonValue => ({ increment })),
          numbers.map((multiply): JsonValue => ({ multiply })),
          fc.constant<JsonValue>({ unset: true }),
        ),
        t: fc.constantFrom<JsonValue>({ push: 'a' }, { pull: 'a' }, { addToSet: 'b' }),
        key: fc.oneof(numbers.map(String), fc.constant(null)),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constant<JsonObject>({ n: 'no number' }) },
);
const withKey = fc
  .tuple(withId, fc.option(numbers.map(String), { nil: undefined }))
  .map(([document, key]): JsonObject => (key === undefined ? document : { ...document, key }));

interface Field {
  readonly text: string;
  readonly value?: JsonValue;
  readonly where?: JsonObject;
}

const fields: fc.Arbitrary<Field> = fc.oneof(
  { weight: 3, arbitrary: fc.array(withKey, { minLength: 1, maxLength: 3 }).map(inserting) },
  { weight: 4, arbitrary: fc.tuple(filters, data).map(([where, value]) => updating(where, value)) },
  { weight: 2, arbitrary: filters.map(deleting) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.option(filters, { freq: 1 }), withKey)
      .map(([where, value]) => upserting(where ?? { id: { eq: value['id'] ?? null } }, value)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(numbers, fc.boolean()).map(([n, isUnique]) => enqueuing(n, isUnique)),
  },
);

function inserting(value: readonly JsonObject[]): Field {
  return { text: 'insertMany(collection: "indexed", data: $value) { id }', value: [...value] };
}

function updating(where: JsonObject, value: JsonObject): Field {
  return {
    text: 'update(collection: "indexed", where: $where, data: $value) { id }',
    value,
    where,
  };
}

function upserting(where: JsonObject, value: JsonObject): Field {
  return {
    text: 'upsert(collection: "indexed", where: $where, data: $value) { id }',
    value,
    where,
  };
}

function deleting(where: JsonObject): Field {
  return { text: 'deleteFrom(collection: "indexed", where: $where) { id }', where };
}

function enqueuing(n: number, isUnique: boolean): Field {
  const key = isUnique ? `, uniqueKey: "key ${n}"` : '';
  return { text: `enqueueJob(jobType: "test", payload: $value${key}) { id }`, value: { n } };
}

/** Several mutations in one text, each of one or more fields. */
const texts = fc.array(fc.array(fields, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 2,
});

function written(mutations: readonly (readonly Field[])[]) {
  const variables: { [name: string]: JsonValue } = {};
  let at = 0;
  const statements = mutations.map((list) => {
    const declared: string[] = [];
    const bodies = list.map(({ text, value, where }) => {
      at += 1;
      if (value !== undefined) {
        variables[`value${at}`] = value;
        declared.push(`$value${at}: Any`);
      }
      if (where !== undefined) {
        variables[`where${at}`] = where;
        declared.push(`$where${at}: Object`);
      }
      return `f${at}: ${text.replace('$value', `$value${at}`).replace('$where', `$where${at}`)}`;
    });
    return `mutation(${declared.join(', ')}) {\n  ${bodies.join('\n  ')}\n}`;
  });
  return { text: statements.join('\n'), variables };
}

const collections = ['indexed', '_jobs'] as const;

async function contents(db: Database): Promise<ReadonlyMap<string, Document>> {
  const all = new Map<string, Document>();
  for (const document of await db.query('indexed').collect())
    all.set(`indexed ${document.id}`, document);
  const jobs = await db.execute('{ _jobs { id job_type payload unique_key status } }');
  for (const job of jobs.data['_jobs'] as unknown as readonly Document[]) {
    // Jobs get ids of their own at every run.
    all.set(`_jobs ${job.id}`, { ...job, id: '' });
  }
  return all;
}

/** What a run made of the documents, in the words of a report. */
function effect(before: ReadonlyMap<string, Document>, after: ReadonlyMap<string, Document>) {
  const changes: { [collection: string]: Change } = {};
  for (const name of collections) changes[name] = { inserted: [], changed: [], deleted: [] };
  for (const [key, document] of after) {
    const of = changes[key.split(' ')[0] ?? ''];
    const old = before.get(key);
    if (old === undefined) of?.inserted.push(document);
    else if (JSON.stringify(sorted(old)) !== JSON.stringify(sorted(document))) {
      of?.changed.push([old, document]);
    }
  }
  for (const [key, document] of before) {
    if (!after.has(key)) changes[key.split(' ')[0] ?? '']?.deleted.push(document);
  }
  return changes;
}

interface Change {
  readonly inserted: unknown[];
  readonly changed: unknown[];
  readonly deleted: unknown[];
}

type Request = ReturnType<typeof written>;

async function predicted(db: Database, { text, variables }: Request) {
  const report = await db.preview(text, { variables, samplesMax: 1000 });
  const changes: { [collection: string]: Change } = {};
  for (const name of collections) {
    const found = report.collections.find(({ collection }) => collection === name);
    const shown = name === '_jobs' ? asJob : (document: unknown) => document;
    const samples = found?.samples ?? [];
    changes[name] = {
      inserted: samples.filter((each) => !each.before).map((each) => shown(each.after)),
      changed: samples
        .filter((each) => each.before && each.after)
        .map((each) => [shown(each.before), shown(each.after)]),
      deleted: samples.filter((each) => !each.after).map((each) => shown(each.before)),
    };
    const { inserted, changed, deleted } = changes[name];
    expect([inserted.length, changed.length, deleted.length]).toEqual([
      found?.insertedCount ?? 0,
      found?.changedCount ?? 0,
      found?.deletedCount ?? 0,
    ]);
  }
  return { changes, code: report.error?.code, writes: report.writes };
}

function asJob(document: unknown): unknown {
  const { job_type, payload, unique_key = null, status } = document as Document;
  return { id: '', job_type, payload, unique_key, status };
}

function sorted(document: object): unknown {
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function inAnyOrder(changes: { readonly [collection: string]: Change }): unknown {
  const order = (list: readonly unknown[]) => list.map((each) => text(each)).sort();
  return Object.entries(changes).map(([name, { inserted, changed, deleted }]) => [
    name,
    order(inserted),
    order(changed),
    order(deleted),
  ]);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? sorted(inner) : inner,
  );
}

type Bytes = ReadonlyMap<string, Buffer>;

/** Every byte on disk by file, but lmdb's table of readers. To be compared while no timer of the database writes. */
function bytesOf(path: string): Bytes {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.includes('lock'),
  );
  return new Map(files.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name))]));
}

/** The files in which two states differ; comparing them costs a fraction of what their digests would. */
function changedFiles(before: Bytes, after: Bytes): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => {
    const [left, right] = [before.get(name), after.get(name)];
    return left === undefined || right === undefined || !left.equals(right);
  });
}

/**
 * True for what commits before it may still write while it goes on: a file of zeros that the log prepares for those to come, and
 * what lmdb notes in its own file when a transaction that can be read for a while is on disk.
 */
function isOfEarlier(name: string, before: Bytes, after: Bytes): boolean {
  const [left, right] = [before.get(name)?.length ?? 0, after.get(name)?.length ?? 0];
  return name === 'data.mdb' || (name.startsWith('wal-') && left < right);
}

/**
 * What a preview says, with every byte looked at before and after it; again where something else wrote, which a preview that
 * writes would not get past: each look would find it, and few may take a second one.
 */
async function predictedAtRest(db: Database, path: string, request: Request) {
  for (let look = 0; ; look += 1) {
    const before = bytesOf(path);
    const report = await predicted(db, request);
    const after = bytesOf(path);
    const changed = changedFiles(before, after);
    if (look === 0) lookCount += 1;
    if (!changed.every((name) => isOfEarlier(name, before, after)) || look === 5) {
      expect(changed).toEqual([]);
    }
    if (changed.length === 0) return report;
    secondLookCount += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let databaseCount = 0;
let lookCount = 0;
let secondLookCount = 0;
let mutationCount = 0;
let writingCount = 0;
let failingCount = 0;

async function openFilled(place: 'in memory' | 'on disk', stored: readonly JsonObject[]) {
  databaseCount += 1;
  const path = join(folder, `${databaseCount}.db`);
  const db = await Aurora.open(
    place === 'in memory'
      ? { store: 'memory' }
      : // The checkpoint that comes ten seconds after a commit once fell between two looks at the bytes.
        {
          ...{ dbPath: path, durabilityMode: 'WAL', checkpointIntervalMs: 86_400_000 },
          // Files of the log are zeros for the most part; short ones are quickly looked at.
          walSegmentBytes: 262_144,
        },
  );
  const spec = {
    ...everyTypeIndexed,
    key: { type: 'String', unique: true, nullable: true },
  } as const;
  await db.newCollection('indexed', spec, { indexes: compoundIndexes });
  await db.insertMany('indexed', stored);
  return { db, path };
}

const cases = fc.record({
  stored: fc.uniqueArray(withId, { maxLength: 12, size: 'max', selector: ({ id }) => id }),
  texts: fc.array(texts, { minLength: 10, maxLength: 30, size: 'max' }),
});

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

async function compare(place: 'in memory' | 'on disk', { stored, texts: list }: Case) {
  const { db, path } = await openFilled(place, stored);
  const events: unknown[] = [];
  const feed = db.listenAll();
  const listening = (async () => {
    for await (const event of feed) events.push(event.lsn);
  })();
  try {
    // What was buffered goes into the store with the first scan.
    let before = await contents(db);
    for (const mutations of list) {
      const request = written(mutations);
      const [position, counts, eventCount] = [
        await db.position(),
        await db.workers.stats(),
        events.length,
      ];
      const report = await (place === 'on disk'
        ? predictedAtRest(db, path, request)
        : predicted(db, request));
      expect(await db.position()).toEqual(position);
      expect(await db.workers.stats()).toEqual(counts);
      expect(events.length).toBe(eventCount);
      const code = await db.execute(request.text, { variables: request.variables }).then(
        (result) => ('errors' in result ? result.errors?.[0]?.extensions.code : undefined),
        (error: unknown) => (error instanceof AuroraError ? error.code : Promise.reject(error)),
      );
      const after = await contents(db);
      const done = effect(before, after);
      before = after;
      expect(code).toBe(report.code);
      expect(inAnyOrder(done)).toEqual(inAnyOrder(report.changes));
      mutationCount += mutations.length;
      if (
        report.changes['indexed'] &&
        Object.values(report.changes['indexed']).some((each) => each.length > 0)
      )
        writingCount += 1;
      if (code !== undefined) failingCount += 1;
    }
  } finally {
    feed.close();
    await listening;
    await db.close();
  }
}

const caseCount = Number(process.env['PREVIEW_RUNS'] ?? 84);
const mutationsPerCase = 24;
const seed = process.env['PREVIEW_SEED'];
const chosen = seed === undefined ? {} : { seed: Number(seed) };

describe('a preview', () => {
  it('says what the run does, and leaves every byte on disk as it was', async () => {
    const property = fc.asyncProperty(cases, (each) => compare('on disk', each));
    await fc.assert(property, { numRuns: caseCount, ...chosen });
    console.log(
      `${mutationCount} mutations, ${writingCount} texts that write, ${failingCount} that fail, ${secondLookCount} of ${lookCount} looked at again`,
    );
    expect(mutationCount).toBeGreaterThan(mutationsPerCase * caseCount);
    expect(writingCount).toBeGreaterThan(failingCount);
    expect(secondLookCount).toBeLessThan(lookCount / 10);
  }, 300_000);

  it('says the same of a database in memory', async () => {
    const property = fc.asyncProperty(cases, (each) => compare('in memory', each));
    await fc.assert(property, { numRuns: Math.ceil(caseCount / 20), ...chosen });
  }, 300_000);
});
