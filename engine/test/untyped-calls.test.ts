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
  ...[5, {}].flatMap((signal) => [
    [`execute with signal ${signal}`, () => db.execute(query, { signal })] as const,
    [`insertInto with signal ${signal}`, () => db.insertInto('notes', {}, { signal })] as const,
    [`transaction with signal ${signal}`, () => db.transaction(() => 1, { signal })] as const,
    [`a query with signal ${signal}`, () => db.query('notes').signal(signal).collect()] as const,
  ]),
  ['transaction with options null', () => db.transaction(() => 1, null)],
  ['insertInto with options null', () => db.insertInto('notes', {}, null)],
  ['insertMany with options null', () => db.insertMany('notes', [], null)],
  ['newCollection with options null', () => db.newCollection('x', {}, null)],
  ['listen()', () => db.listen()],
  ['listen with a filter that is none', () => db.listen('notes', { filter: () => 5 })],
  ['listen behind no place', () => db.listen('notes', { after: 5 })],
  ['watch with options null', () => db.query('notes').watch(null)],
  ['live with variables null', () => db.live(query, { variables: null })],
  ['listen with options null', () => db.listen('notes', null)],
  ['listenAll with options null', () => db.listenAll(null)],
  ['live with options null', () => db.live(query, null)],
  ['stream with options null', () => db.stream('subscription { notes { id } }', null)],
  ['explain with options null', () => db.explain(query, null)],
  ['preview with options null', () => db.preview(query, null)],
  ['verify with options null', () => db.verify(null)],
  ['verify with progress to a number', () => db.verify({ onProgress: 5 })],
  ['historyOf()', () => db.historyOf()],
  ['rollBack with null', () => db.migrations.rollBack(null)],
  ['get of a symbol', () => db.get(Symbol('notes'), 'x')],
  ['a version that is a number', () => db.query('notes').ifVersion(5)],
  ['historyOf with options null', () => db.historyOf('notes', 'x', null)],
  ['inverseOf()', () => db.inverseOf()],
  ...[undefined, 5, 'a text', {}].map(
    (source) => [`importInto from ${source}`, () => db.importInto('notes', source)] as const,
  ),
  ...[{ path: 5 }, { text: 5 }, { stream: 5 }].map(
    (source) =>
      [
        `importInto from ${JSON.stringify(source)}`,
        () => db.importInto('notes', source, { format: 'json' }),
      ] as const,
  ),
  ['importInto in no format', () => db.importInto('notes', { text: '[]' }, { format: 'xml' })],
  ['importInto with options null', () => db.importInto('notes', { text: '[]' }, null)],
  ['exportFrom without a function', () => db.exportFrom('notes')],
  ['exportFrom with options null', () => db.exportFrom('notes', () => undefined, null)],
  ['onDidCommit()', () => db.onDidCommit()],
  ['onDidChangeConnection of a number', () => db.onDidChangeConnection(5)],
  ['aql()', () => db.aql(5)],
  ['newCollection()', () => db.newCollection()],
  ['newCollection without fields', () => db.newCollection('x')],
  ['newCollection with a number', () => db.newCollection('x', 5)],
  ['a field without anything', () => db.newCollection('x', { a: null })],
  ['a field that is a text', () => db.newCollection('x', { a: 'String' })],
  ['insertInto()', () => db.insertInto()],
  ['insertInto a number', () => db.insertInto(5, {})],
  ['insertMany into nothing', () => db.insertMany(undefined, [{}])],
  ['insertInto nothing in a transaction', () => db.transaction((tx: Untyped) => tx.insertInto())],
  ['defineCollections()', () => db.defineCollections()],
  ['defineCollections of nothing', () => db.defineCollections([null])],
  ['defineCollections without names', () => db.defineCollections([{}])],
  ...[{}, { name: 'a', type: {} }, { name: 'a', type: { kind: 'scalar', name: 'Text' } }].map(
    (field) =>
      [
        `defineCollections with the field ${JSON.stringify(field)}`,
        () => db.defineCollections([{ name: 'x', fields: [field], indexes: [] }]),
      ] as const,
  ),
  ...[5, {}, { fields: [5] }].map(
    (index) =>
      [
        `defineCollections with the index ${JSON.stringify(index)}`,
        () => db.defineCollections([{ name: 'x', fields: [], indexes: [index] }]),
      ] as const,
  ),
  ...[5, [null], [{}]].map(
    (indexes) =>
      [
        `newCollection with the indexes ${JSON.stringify(indexes)}`,
        () => db.newCollection('x', { a: { type: 'Int' } }, { indexes }),
      ] as const,
  ),
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
  ...[undefined, null, 5].flatMap((filter) => [
    [`and(${filter})`, () => db.query('notes').filter((f: Untyped) => f.and(filter))] as const,
    [`not(${filter})`, () => db.query('notes').filter((f: Untyped) => f.not(filter))] as const,
  ]),
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
