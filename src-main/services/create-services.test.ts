import {
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Caller,
  type CatalogInfo,
  createChannelPair,
  type DatabaseList,
  type ResultPart,
  readRun,
} from '#contract';
import { failureOf } from '../testing/awaited.ts';
import { createServices, type Services } from './create-services.ts';

/** Polls end when their condition holds; how long that takes on a busy machine is no matter of the test. */
const patience = { timeout: 15_000 };

let folder: string;
let services: Services;
let lines: string[];

function start(): Services {
  return createServices({
    dataFolder: join(folder, 'data'),
    version: '0.0.0',
    host: 'in-process',
    sampleFolder: join(folder, 'sample'),
    log: (line) => lines.push(line),
  });
}

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'aurora-services-')));
  lines = [];
  services = start();
});

afterEach(async () => {
  await services.close();
  await rm(folder, { recursive: true });
});

async function openPage(): Promise<Caller> {
  const { page, host } = createChannelPair();
  services.serve(host);
  const caller = new Caller(page);
  await caller.connect();
  return caller;
}

async function run(caller: Caller, database: string, text: string): Promise<ResultPart[]> {
  const parts: ResultPart[] = [];
  for await (const part of readRun(caller, { database, text })) parts.push(part);
  return parts;
}

const schema = `schema { define collection films {
  title: String!
  year: Int @indexed
  rating: Float = 5
  tags: [String]
  studio: Uuid @references(collection: "studios")
} define collection studios { name: String! @unique } }`;

async function openFilms(caller: Caller) {
  const path = join(folder, 'films.db');
  const info = await caller.call('databases.open', { path, create: true });
  await run(caller, info.database, schema);
  await run(
    caller,
    info.database,
    `mutation { insertMany(collection: "films", data: [
      { title: "Heat", year: 1995, tags: ["crime"] } { title: "Alien", year: 1979, rating: null } { title: "Up" }
    ]) { id } }`,
  );
  return info;
}

describe('databases', () => {
  it('are created, listed, and open for every page under one id', async () => {
    const [first, second] = [await openPage(), await openPage()];
    const info = await openFilms(first);
    await symlink(join(folder, 'films.db'), join(folder, 'link.db'));
    const again = await second.call('databases.open', { path: join(folder, 'link.db') });
    const { open } = await second.call('databases.list', {});
    expect([again, open, info]).toEqual([
      info,
      [info],
      {
        database: expect.any(String),
        name: expect.stringMatching(/^films/),
        path: expect.stringMatching(/films\.db$/),
        readOnly: false,
        isSample: false,
        connection: { state: 'owner', ownerPid: process.pid },
      },
    ]);
  });

  it('stay open when their page goes away', async () => {
    const first = await openPage();
    const info = await openFilms(first);
    first.close();
    const second = await openPage();
    expect((await second.call('databases.list', {})).open).toEqual([info]);
  });

  it('are refused with what to do when there is none', async () => {
    const caller = await openPage();
    await mkdir(join(folder, 'documents'));
    await writeFile(join(folder, 'documents', 'letter.txt'), 'Dear …');
    const open = (path: string, create = false) =>
      failureOf(caller.call('databases.open', { path, create }));
    const errors = await Promise.all([
      open(join(folder, 'missing.db')),
      open(join(folder, 'documents')),
      open(join(folder, 'documents', 'letter.txt')),
      open(join(folder, 'documents'), true),
      open(join(folder, 'no', 'parent.db'), true),
      open('relative.db', true),
    ]);
    expect(errors.map((error) => [error.code, typeof error.hint])).toEqual([
      ['DatabaseNotFound', 'string'],
      ['DatabaseNotFound', 'string'],
      ['DatabaseNotFound', 'string'],
      ['InvalidOption', 'string'],
      ['DatabaseNotFound', 'string'],
      ['InvalidOption', 'string'],
    ]);
  });

  it('are remembered across restarts, until they are forgotten', async () => {
    const caller = await openPage();
    const { path } = await openFilms(caller);
    await services.close();
    services = start();
    const after = await openPage();
    const { open, recent } = await after.call('databases.list', {});
    await rm(path, { recursive: true });
    const gone = await after.call('databases.list', {});
    await after.call('databases.forget', { path });
    const forgotten = await after.call('databases.list', {});
    expect([open, recent, gone.recent[0]?.exists, forgotten.recent]).toEqual([
      [],
      [{ name: expect.any(String), path, openedAt: expect.any(Number), exists: true }],
      false,
      [],
    ]);
  });

  it('open where nothing can be remembered, because the system refuses to write there', async () => {
    await writeFile(join(folder, 'data'), 'a file where the folder should be');
    const page = await openPage();
    const path = join(folder, 'films.db');
    const opened = await page.call('databases.open', { path, create: true });
    const refused = await failureOf(page.call('settings.set', { key: 'theme', value: 'dark' }));
    const { open, recent } = await page.call('databases.list', {});
    expect([open, recent.length, refused.code]).toEqual([[opened], 0, 'StorageFailure']);
  });

  it('tell every page when one opens and closes', async () => {
    const [first, second] = [await openPage(), await openPage()];
    const seen: DatabaseList[] = [];
    second.subscribe('databases', {}, (list) => seen.push(list));
    await expect.poll(() => seen.length, patience).toBe(1);
    const { database } = await openFilms(first);
    await expect.poll(() => seen.at(-1)?.open.length, patience).toBe(1);
    await first.call('databases.close', { database });
    await expect.poll(() => seen.at(-1)?.open.length, patience).toBe(0);
    const error = await failureOf(second.call('catalog.get', { database }));
    expect([error.code, seen.at(-1)?.recent.length]).toEqual(['DatabaseNotOpen', 1]);
  });

  it('include the sample, which is built once and is whole whenever it is there', async () => {
    await mkdir(join(folder, 'sample'));
    await writeFile(join(folder, 'sample', 'schema.aql'), schema);
    const documents = '{"title":"Heat","year":1995}\n{"title":"Alien"}\n';
    await writeFile(join(folder, 'sample', 'films.ndjson.gz'), gzipSync(documents));
    await writeFile(join(folder, 'sample', 'studios.ndjson.gz'), gzipSync('{"name":"A24"}\n'));
    const leftover = join(folder, 'data', 'sample.db.building-killed');
    await mkdir(leftover, { recursive: true });
    await utimes(leftover, 0, 0);
    const caller = await openPage();
    const [first, second] = await Promise.all([
      caller.call('databases.openSample', {}),
      caller.call('databases.openSample', {}),
    ]);
    const { collections } = await caller.call('catalog.get', { database: first.database });
    const names = (await readdir(join(folder, 'data'))).filter((name) => name.includes('sample'));
    expect([
      first,
      collections.map(({ name, documentCount }) => [name, documentCount]),
      names,
    ]).toEqual([
      { ...second, isSample: true },
      [
        ['films', 2],
        ['studios', 1],
      ],
      ['sample.db'],
    ]);
  });

  it('say why the sample cannot be built, and leave nothing behind', async () => {
    const caller = await openPage();
    const error = await failureOf(caller.call('databases.openSample', {}));
    const { open } = await caller.call('databases.list', {});
    const left = await readdir(join(folder, 'data'));
    expect([error.code, open, left]).toEqual(['ImportFailed', [], []]);
  });
});

describe('the catalog', () => {
  it('gives fields, defaults, references, indexes and counts', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const { collections } = await caller.call('catalog.get', { database });
    const films = collections.find((collection) => collection.name === 'films');
    expect(films).toMatchObject({
      open: false,
      documentCount: 3,
      fields: [
        { name: 'title', type: { kind: 'scalar', name: 'String' }, nullable: false },
        { name: 'year', type: { kind: 'scalar', name: 'Int' }, nullable: true, indexed: true },
        { name: 'rating', default: { kind: 'value', value: 5 } },
        { name: 'tags', type: { kind: 'list', element: { kind: 'scalar', name: 'String' } } },
        { name: 'studio', references: 'studios' },
      ],
      indexes: expect.arrayContaining([
        expect.objectContaining({ fields: ['year'], unique: false, state: 'live' }),
      ]),
    });
  });

  it('follows commits, and ends when the database closes', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const seen: CatalogInfo[] = [];
    const ended = new Promise((resolve) => {
      caller.subscribe('catalog', { database }, (catalog) => seen.push(catalog), resolve);
    });
    await expect.poll(() => seen.length, patience).toBe(1);
    await run(
      caller,
      database,
      'mutation { insertInto(collection: "films", data: { title: "Ran" }) { id } }',
    );
    const count = () =>
      seen.at(-1)?.collections.find((collection) => collection.name === 'films')?.documentCount;
    await expect.poll(count, patience).toBe(4);
    await caller.call('databases.close', { database });
    expect(await ended).toBeUndefined();
  });
});

describe('queries', () => {
  it('give heads, columns and summaries', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const text = 'query { films(orderBy: { title: ASC }) { title year rating tags } }';
    const parts = await run(caller, database, text);
    expect(parts).toEqual([
      {
        kind: 'head',
        head: expect.objectContaining({
          result: 0,
          statementKind: 'query',
          collection: 'films',
          span: { start: 0, end: text.length },
        }),
      },
      {
        kind: 'rows',
        result: 0,
        batch: expect.objectContaining({
          rowCount: 3,
          columns: [
            ['Alien', 'Heat', 'Up'],
            [1979, 1995, null],
            [null, 5, 5],
            [null, ['crime'], null],
          ],
        }),
      },
      { kind: 'summary', result: 0, summary: expect.objectContaining({ rowCount: 3 }) },
    ]);
  });

  it('tell all findings of a wrong text at once, with places in the text that was sent', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const text = 'query { films { titel } }\nquery { filmz { title } }';
    const error = await failureOf(run(caller, database, text));
    const places = error.diagnostics.map(({ span }) => text.slice(span.start, span.end));
    expect(places).toEqual(['titel', 'filmz']);
  });

  it('take variables', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const text = 'query($min: Int) { films(where: { year: { gte: $min } }) { title } }';
    const parts: ResultPart[] = [];
    for await (const part of readRun(caller, { database, text, variables: { min: 1990 } })) {
      parts.push(part);
    }
    const rows = parts.find((part) => part.kind === 'rows');
    expect(rows?.batch.columns).toEqual([['Heat']]);
  });

  it('carry the facts of a failed write', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const text = 'mutation { insertInto(collection: "studios", data: { name: "A24" }) { id } }';
    await run(caller, database, text);
    const parts = await run(caller, database, text);
    const failed = parts.find((part) => part.kind === 'failed');
    expect(failed?.error).toMatchObject({
      code: 'UniqueConstraintViolation',
      details: { collection: 'studios' },
    });
  });

  it('fail when their database closes', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const { cursor } = await caller.call('query.open', {
      database,
      text: 'query { films { id } }',
    });
    await caller.call('databases.close', { database });
    const error = await failureOf(caller.call('query.next', { cursor, rowsMax: 1 }));
    expect(error.code).toBe('DatabaseClosed');
  });

  it('are unknown once closed, and closing twice does nothing', async () => {
    const caller = await openPage();
    const { database } = await openFilms(caller);
    const { cursor } = await caller.call('query.open', {
      database,
      text: 'query { films { id } }',
    });
    await caller.call('query.close', { cursor });
    await caller.call('query.close', { cursor });
    const error = await failureOf(caller.call('query.next', { cursor, rowsMax: 1 }));
    expect(error.code).toBe('CursorNotFound');
  });
});

describe('a host', () => {
  it('has no folder dialog unless it says so', async () => {
    const caller = await openPage();
    const info = await caller.call('host.info', {});
    const error = await failureOf(caller.call('host.pickFolder', { purpose: 'open' }));
    expect([info.capabilities, error.code]).toEqual([
      { dialogs: false, menus: false },
      'NotSupported',
    ]);
  });

  it('sends the commands of its menus to every page', async () => {
    const caller = await openPage();
    const heard: string[] = [];
    caller.subscribe('host.command', {}, ({ command }) => heard.push(command));
    await caller.call('host.info', {});
    services.sendCommand('query.run');
    services.sendCommand('query.run');
    await expect.poll(() => heard, patience).toEqual(['query.run', 'query.run']);
  });

  it('disconnects its pages when it closes', async () => {
    const caller = await openPage();
    const reason = new Promise((resolve) => caller.onClosed(resolve));
    await services.close();
    expect(await reason).toBeTypeOf('string');
  });
});
