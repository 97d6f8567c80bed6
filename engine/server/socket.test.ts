/* WebSockets as unmodified clients of graphql-ws use them, and as clients that do not keep to the protocol. */
import { once } from 'node:events';
import { type Client, createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer, type ServerOptions } from '#server';

let db: Database;
let server: DatabaseServer;
const clients: Client[] = [];
const sockets: WebSocket[] = [];
const faults: unknown[] = [];

async function serve(options: Partial<ServerOptions> = {}): Promise<void> {
  server = await createServer(db, {
    tokens: [
      { token: 'reader-token', scope: 'read' },
      { token: 'writer-token', scope: 'write' },
    ],
    onFault: (error) => faults.push(error),
    ...options,
  });
}

beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute('schema { define collection notes { text: String  size: Int } }');
  await db.insertInto('notes', { text: 'first', size: 1 });
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
  await db.close();
  expect(faults.splice(0)).toEqual([]);
});

const url = () => `${server.url.replace('http:', 'ws:')}/graphql`;

function connect(token = 'reader-token'): Client {
  const client = createClient({
    url: url(),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  clients.push(client);
  return client;
}

/** All results of an operation, or what it failed with. */
async function results(client: Client, query: string): Promise<unknown> {
  const all: unknown[] = [];
  try {
    for await (const result of client.iterate({ query })) all.push(result);
  } catch (error) {
    return error;
  }
  return all;
}

/** A socket without the client's good manners. */
async function rawSocket(protocol = 'graphql-transport-ws', origin?: string): Promise<WebSocket> {
  const socket = new WebSocket(url(), protocol, origin === undefined ? {} : { origin });
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, 'close');
  return code;
}

describe('over a WebSocket', () => {
  it('queries give one result, mutations need their scope', async () => {
    await serve();
    expect(await results(connect(), '{ notes { text } }')).toMatchObject([
      { data: { notes: [{ text: 'first' }] } },
    ]);
    const insertion = 'mutation { insertInto(collection: "notes", data: { text: "b" }) { text } }';
    expect(await results(connect(), insertion)).toMatchObject([
      { extensions: { code: 'Forbidden' } },
    ]);
    expect(await results(connect('writer-token'), insertion)).toMatchObject([
      { data: { insertInto: { text: 'b' } } },
    ]);
    expect(await db.query('notes').count()).toBe(2);
  });

  it('errors have their place in the text', async () => {
    await serve();
    expect(await results(connect(), '{ notes { txet } }')).toMatchObject([
      { locations: [{ line: 1, column: 11 }], extensions: { code: 'UnknownField' } },
    ]);
  });

  it('subscriptions give each change until the client completes them', async () => {
    await serve({ subscriptionsMax: 1 });
    const seen: unknown[] = [];
    const follow = connect().iterate({
      query: 'subscription { seen: notes(where: { size: { gt: 5 } }) { size } }',
    });
    const following = (async () => {
      for await (const result of follow) seen.push(result);
    })();
    await vi.waitFor(
      async () => {
        await db.insertInto('notes', { text: 'wake', size: 9 });
        expect(seen.length).toBeGreaterThan(0);
      },
      { timeout: 10_000, interval: 50 },
    );
    const from = seen.length;
    await db.insertInto('notes', { text: 'told', size: 7 });
    await vi.waitFor(() =>
      expect(seen.slice(from)).toContainEqual(
        expect.objectContaining({ data: { seen: { size: 7 } } }),
      ),
    );
    expect(await isRoom()).toBe(false);
    await follow.return?.();
    await following;
    await vi.waitFor(async () => expect(await isRoom()).toBe(true));
  });

  it('live queries give their result again with each change', async () => {
    await serve();
    const seen: unknown[] = [];
    const follow = connect().iterate({ query: 'query @live { notes { text } }' });
    for await (const result of follow) {
      seen.push(result);
      if (seen.length === 1) await db.insertInto('notes', { text: 'second' });
      else break;
    }
    expect(seen).toMatchObject([
      { data: { notes: [{ text: 'first' }] } },
      { data: { notes: [{ text: 'first' }, { text: 'second' }] } },
    ]);
  });

  it('a client that goes away leaves nothing behind', async () => {
    await serve({ subscriptionsMax: 1 });
    const socket = await rawSocket();
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer reader-token"}}');
    const query = 'subscription { notes { text } }';
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    await vi.waitFor(async () => expect(await isRoom()).toBe(false));
    socket.terminate();
    await vi.waitFor(async () => expect(await isRoom()).toBe(true));
  });

  it('a server that is closed says so', async () => {
    await serve();
    const socket = await rawSocket();
    const code = closeCode(socket);
    await server.close();
    expect(await code).toBe(1001);
  });
});

describe('a socket is refused', () => {
  it.each([
    ['a message that is no JSON', ['rubbish'], 4400],
    ['a message of no kind', ['{"type":"start"}'], 4400],
    [
      'an operation before it has said who it is',
      ['{"type":"subscribe","id":"1","payload":{}}'],
      4401,
    ],
    [
      'a wrong token',
      ['{"type":"connection_init","payload":{"Authorization":"Bearer nobodys-token"}}'],
      4403,
    ],
    ['no token', ['{"type":"connection_init"}'], 4403],
    [
      'a second beginning',
      Array.from(
        { length: 2 },
        () => '{"type":"connection_init","payload":{"Authorization":"Bearer reader-token"}}',
      ),
      4429,
    ],
    [
      'an id that is in use',
      [
        '{"type":"connection_init","payload":{"Authorization":"Bearer reader-token"}}',
        ...Array.from({ length: 2 }, () =>
          JSON.stringify({
            type: 'subscribe',
            id: '1',
            payload: { query: 'subscription { notes { text } }' },
          }),
        ),
      ],
      4409,
    ],
  ])('for %s', async (_, messages, code) => {
    await serve();
    const socket = await rawSocket();
    const closed = closeCode(socket);
    for (const message of messages) socket.send(message);
    expect(await closed).toBe(code);
  });

  it('that speaks another protocol', async () => {
    await serve();
    // The client of ws itself gives up on a server that takes none of its protocols.
    await expect(rawSocket('graphql-ws')).rejects.toThrow('Server sent no subprotocol');
  });

  it('of a foreign page, and at another path', async () => {
    await serve({ tokens: 'none' });
    await expect(rawSocket(undefined, 'http://evil.example')).rejects.toThrow('403');
    const elsewhere = new WebSocket(url().replace('/graphql', '/notes'), 'graphql-transport-ws');
    sockets.push(elsewhere);
    await expect(once(elsewhere, 'open')).rejects.toThrow('404');
    expect((await rawSocket(undefined, server.url)).readyState).toBe(WebSocket.OPEN);
  });

  it('with a message that is too large', async () => {
    await serve({ bodyBytesMax: 1_000 });
    const socket = await rawSocket();
    const closed = closeCode(socket);
    socket.send('x'.repeat(2_000));
    expect(await closed).toBe(1009);
  });
});

/** Whether the server, which lets one subscription be followed, would let another one: a request's says so. */
async function isRoom(): Promise<boolean> {
  const query = 'subscription { notes { text } }';
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      Authorization: 'Bearer reader-token',
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ query }),
  });
  await response.body?.cancel();
  return response.status === 200;
}
