/* Clients of subscriptions that lost their socket, and go on where they were. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

let folder: string;
let db: Database;
let server: DatabaseServer;
const clients: Client[] = [];
const faults: unknown[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-resumption-'));
  db = await Aurora.open(join(folder, 'notes.db'));
  await serve();
});

async function serve(): Promise<void> {
  await db.execute('schema { define collection notes { size: Int } }');
  server = await createServer(db, { tokens: 'none', onFault: (error) => faults.push(error) });
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await server.close();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
  expect(faults.splice(0)).toEqual([]);
});

const subscription = 'subscription { notes(where: { size: { gt: 0 } }) { size } }';

/** A block of a stream of events, as a browser's EventSource reads it. */
interface Block {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly result: unknown;
}

interface Asked {
  readonly query?: string;
  readonly after?: unknown;
  readonly lastEventId?: string;
}

function ask({ query = subscription, after, lastEventId }: Asked, signal?: AbortSignal) {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
    },
    body: JSON.stringify({ query, ...(after === undefined ? {} : { extensions: { after } }) }),
    signal: signal ?? null,
  });
}

/** Reads blocks until one is the last that is wanted, and cuts the connection; `begun` when it stands. */
async function follow(
  asked: Asked,
  isLast: (block: Block) => boolean,
  begun: () => Promise<unknown> = async () => undefined,
): Promise<readonly Block[]> {
  const cut = new AbortController();
  const response = await ask(asked, cut.signal);
  expect(response.status).toBe(200);
  const blocks: Block[] = [];
  let text = '';
  await begun();
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    const ends = text.split('\n\n');
    text = ends.pop() ?? '';
    for (const end of ends) {
      const lines = new Map(
        end.split('\n').map((line) => /^([a-z]*): ?(.*)$/.exec(line)?.slice(1) as [string, string]),
      );
      if (lines.has('')) continue;
      const data = lines.get('data');
      blocks.push({
        id: lines.get('id'),
        event: lines.get('event'),
        result: data === undefined || data === '' ? undefined : JSON.parse(data),
      });
    }
    if (blocks.some(isLast)) break;
  }
  cut.abort();
  return blocks;
}

const shows =
  (size: number) =>
  ({ result }: Block) =>
    JSON.stringify(result)?.includes(`"notes":{"size":${size}}`) === true;
const sizesOf = (results: readonly unknown[]) =>
  results.flatMap(
    (result) => /"notes":\{"size":(\d+)\}/.exec(JSON.stringify(result) ?? '')?.[1] ?? [],
  );
const lastId = (blocks: readonly Block[]) => blocks.findLast(({ id }) => id !== undefined)?.id;

describe('server-sent events', () => {
  // Events had no ids, and Last-Event-ID was not read: what came while the socket was gone was never told.
  it('go on behind the last id, with what was missed', async () => {
    const first = await follow({}, shows(1), () => db.insertInto('notes', { size: 1 }));
    const id = lastId(first);
    expect(id).toMatch(/^\d+-\d+$/);
    await db.insertInto('notes', { size: 2 });
    const second = await follow({ lastEventId: id ?? '' }, shows(3), () =>
      db.insertInto('notes', { size: 3 }),
    );
    expect(sizesOf(second)).toEqual(['2', '3']);
  });

  it('have an id at once, so that nothing is missed before the first of them', async () => {
    const first = await follow({}, ({ id }) => id !== undefined);
    expect(first).toEqual([{ id: expect.anything(), event: undefined, result: undefined }]);
    await db.insertInto('notes', { size: 1 });
    expect(sizesOf(await follow({ lastEventId: lastId(first) ?? '' }, shows(1)))).toEqual(['1']);
  });

  it('have an id behind the last one of a commit only, and one that was cut comes again whole', async () => {
    const blocks = await follow({}, shows(2), () =>
      db.insertMany('notes', [{ size: 1 }, { size: 2 }]),
    );
    const [begin, one, two] = blocks;
    expect([one?.id, typeof two?.id]).toEqual([undefined, 'string']);
    const again = await follow({ lastEventId: begin?.id ?? '' }, shows(2));
    expect(sizesOf(again)).toEqual(['1', '2']);
  });

  it('take the place in the body too, and the later one of the header before it', async () => {
    const first = await follow({}, shows(1), () => db.insertInto('notes', { size: 1 }));
    const start = first[0]?.id?.split('-').map(Number) ?? [];
    const after = { epoch: start[0], lsn: start[1] };
    await db.insertInto('notes', { size: 2 });
    expect(sizesOf(await follow({ after }, shows(2)))).toEqual(['1', '2']);
    const later = { after, lastEventId: lastId(first) ?? '' };
    expect(sizesOf(await follow(later, shows(2)))).toEqual(['2']);
  });

  it('say that something was missed where the place is lost', async () => {
    await db.insertInto('notes', { size: 1 });
    const isLagged = ({ result }: Block) => JSON.stringify(result)?.includes('"Lagged"') === true;
    const blocks = await follow({ lastEventId: '900-1' }, isLagged);
    expect(blocks).toContainEqual({
      id: expect.stringMatching(/^\d+-\d+$/),
      event: 'next',
      result: expect.objectContaining({ data: { notes: null } }),
    });
  });

  it.each<Asked>([
    { lastEventId: 'yesterday' },
    { lastEventId: '1-2-3' },
    { lastEventId: '1-99999999999999999999' },
    { after: '1-2' },
    { after: { epoch: 1 } },
    { after: { epoch: 1, lsn: -2 } },
    { after: { epoch: 1, lsn: 1.5 } },
  ])('are refused for a place that is none: %j', async (asked) => {
    const response = await ask(asked);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      {
        errors: [
          { message: expect.stringContaining('place'), extensions: { code: 'InvalidValue' } },
        ],
      },
    ]);
  });
});

/** A result of a subscription over a WebSocket. */
type Result = { readonly extensions?: Readonly<Record<string, unknown>> };

async function followSocket(
  after: unknown,
  count: number,
  begun: () => Promise<unknown>,
): Promise<readonly Result[]> {
  const client = createClient({
    url: `${server.url.replace('http:', 'ws:')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  clients.push(client);
  const results: Result[] = [];
  const extensions = after === undefined ? null : { after };
  const following = client.iterate({ query: subscription, extensions });
  const first = following.next();
  await begun();
  for (let next = await first; next.done !== true; next = await following.next()) {
    results.push(JSON.parse(JSON.stringify(next.value)));
    if (results.length === count) break;
  }
  await client.dispose();
  return results;
}

describe('over a WebSocket', () => {
  it('each event says where to go on, and a subscription goes on there', async () => {
    // Nothing tells a client of the protocol that it is followed, so it begins at a known place.
    const start = await db.position();
    const first = await followSocket(start, 3, async () => {
      await db.insertInto('notes', { size: 1 });
      await db.insertMany('notes', [{ size: 2 }, { size: 3 }]);
    });
    const places = first.map(({ extensions }) => extensions?.['after']);
    const lsn = start.lsn + 1;
    expect(places).toMatchObject([{ lsn }, { lsn }, { lsn: lsn + 1 }]);
    expect(sizesOf(await followSocket(places[1], 2, async () => undefined))).toEqual(['2', '3']);
  });

  it('a place that is none is refused', async () => {
    await expect(followSocket('1-2', 1, async () => undefined)).rejects.toMatchObject([
      { message: expect.stringContaining('place'), extensions: { code: 'InvalidValue' } },
    ]);
  });
});

describe('what is followed and fails', () => {
  // It was taken for a fault of the server, whose log got a stack, and the connection was cut without a word.
  it('says why, and completes', async () => {
    const isComplete = ({ event }: Block) => event === 'complete';
    const blocks = await follow({ query: 'query @live { notes { size } }' }, isComplete, () =>
      db.execute('schema { drop collection notes }'),
    );
    expect(blocks.slice(-2)).toMatchObject([
      { event: 'next', result: { errors: [{ extensions: { code: 'CollectionNotFound' } }] } },
      { event: 'complete' },
    ]);
  });
});
