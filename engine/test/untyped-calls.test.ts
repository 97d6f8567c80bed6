/* A program without types calls with what no type allows: it is told what, and nothing is done. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as engine from '#engine';

const folder = mkdtempSync(join(tmpdir(), 'aurora-untyped-'));
// biome-ignore lint/suspicious/noExplicitAny: a program without types has no others.
type Untyped = any;
const { Aurora, Job, WorkerSystem }: Untyped = engine;
let db: Untyped;

beforeAll(async () => {
  db = await Aurora.open(join(folder, 'a.db'));
  await db.newCollection('notes', { number: { type: 'Int' } });
});
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const query = 'query { notes { id } }';
const calls: readonly (readonly [name: string, call: () => unknown])[] = [
  ...[undefined, 5, null, ''].map((path) => [`open(${path})`, () => Aurora.open(path)] as const),
  ...['execute', 'prepare', 'run', 'explain', 'preview', 'planMigration', 'live', 'stream'].flatMap(
    (name) =>
      [undefined, 5, null, {}].map((text) => [`${name}(${text})`, () => db[name](text)] as const),
  ),
  ['execute with options null', () => db.execute(query, null)],
  ['execute with a number as options', () => db.execute(query, 5)],
  ['execute with a number as variables', () => db.execute(query, { variables: 5 })],
  ['aql()', () => db.aql(5)],
  ['newCollection()', () => db.newCollection()],
  ['newCollection without fields', () => db.newCollection('x')],
  ['newCollection with a number', () => db.newCollection('x', 5)],
  ['a field without anything', () => db.newCollection('x', { a: null })],
  ['a field that is a text', () => db.newCollection('x', { a: 'String' })],
  ['insertInto()', () => db.insertInto()],
  ['insertInto without a document', () => db.insertInto('notes')],
  ['insertInto with a list', () => db.insertInto('notes', [1])],
  ['insertMany without a list', () => db.insertMany('notes')],
  ['insertMany with an object', () => db.insertMany('notes', {})],
  ['insertMany of nothing', () => db.insertMany('notes', [null])],
  ['a query of nothing', () => db.query().collect()],
  ['a filter of nothing', () => db.query('notes').filter().collect()],
  ['a filter that gives nothing', () => db.query('notes').filter(() => undefined)],
  ['a filter that gives a number', () => db.query('notes').filter(() => 5)],
  [
    'a filter of no field',
    () =>
      db
        .query('notes')
        .filter((f: Untyped) => f.eq())
        .collect(),
  ],
  ['an order by nothing', () => db.query('notes').orderBy().collect()],
  ['an order that goes nowhere', () => db.query('notes').orderBy('number', 'down').collect()],
  ['a limit that is a text', () => db.query('notes').limit('x').collect()],
  ['a limit below zero', () => db.query('notes').limit(-1).collect()],
  ['an update of nothing', () => db.query('notes').update()],
  ['a transaction of nothing', () => db.transaction()],
  ['a transaction of a number', () => db.transaction(5)],
  ['enqueue()', () => db.workers.enqueue()],
  ['enqueue of an object', () => db.workers.enqueue({})],
  ['enqueue of a text', () => db.workers.enqueue('x')],
  ['a job without a type', () => db.workers.enqueue(new Job())],
  ['a job with a delay that is a text', () => db.workers.enqueue(new Job('x').withDelay('x'))],
  ['a job with no priority', () => db.workers.enqueue(new Job('x').withPriority('x'))],
  ['enqueueMany of nothing', () => db.workers.enqueueMany()],
  ['enqueueMany of a number', () => db.workers.enqueueMany(5)],
  ['cancel()', () => db.workers.cancel()],
  ['retry of no id', () => db.workers.retry('x')],
  ['a schedule of nothing', () => db.workers.schedule('x')],
  ['registerHandler()', () => db.workers.registerHandler()],
  ['registerHandler without a function', () => db.workers.registerHandler('x', 5)],
  ['WorkerSystem()', () => new WorkerSystem()],
  ['WorkerSystem of a number', () => new WorkerSystem(5)],
];

describe('a call with what no type allows', () => {
  it.each(calls)('%s says what is wrong', async (_, call) => {
    const error: unknown = await new Promise((resolve) => {
      resolve(call());
    }).then(
      () => 'nothing was refused',
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(engine.AuroraError);
  });
});
