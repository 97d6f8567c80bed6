/*
 * Clients that are slow, stop in the middle or go away. What takes as long as the limits say is waited for only when
 * SERVER_SLOW is `all` (`npm run test:long -- server`).
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

const isLong = process.env['SERVER_SLOW'] === 'all';

let db: Database;
let server: DatabaseServer;
const sockets: Socket[] = [];
const faults: unknown[] = [];

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute('schema { define collection notes { text: String } }');
  const text = 'x'.repeat(1_000);
  await db.insertMany(
    'notes',
    Array.from({ length: 10_000 }, () => ({ text })),
  );
});

afterAll(() => db.close());

beforeEach(async () => {
  server = await createServer(db, { tokens: 'none', onFault: (error) => faults.push(error) });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
  expect(faults.splice(0)).toEqual([]);
});

async function open(text: string): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  // Being cut off is what these clients are for.
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

async function all(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(socket, 'end');
  return text;
}

const head = (line: string, more = '') =>
  `${line} HTTP/1.1\r\nHost: localhost:${server.port}\r\n${more}`;
const openSockets = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('a client', () => {
  it('that closes its half has gone away, as Node has it, and its request ends', async () => {
    const query = encodeURIComponent(
      '{ notes(where: { text: { matches: "(x+x+)+y" } }) { text } }',
    );
    const socket = await open(head(`GET /graphql?query=${query}`, '\r\n'));
    socket.end();
    expect(await all(socket)).toBe('');
    await server.close();
  });

  it('that goes away in the middle, like hundreds of others, leaves nothing behind', async () => {
    const before = openSockets();
    const beginnings = [
      '',
      'GET',
      head('GET /notes'),
      head('POST /notes', 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"te'),
      head('GET /notes', 'Accept: application/x-ndjson\r\n\r\n'),
      head(
        'POST /graphql',
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"qu',
      ),
      head(
        'GET /graphql?query=subscription%7Bnotes%7Btext%7D%7D',
        'Accept: text/event-stream\r\n\r\n',
      ),
      head(
        'GET /graphql',
        'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
      ),
    ];
    for (let round = 0; round < 25; round += 1) {
      const opened = await Promise.all(beginnings.map(open));
      const response = await fetch(`${server.url}/notes?limit=1`);
      expect(response.status).toBe(200);
      for (const [at, socket] of opened.entries()) {
        if (at % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
    }
    expect(await db.query('notes').count()).toBe(10_000);
    await server.close();
    await vi.waitFor(() => expect(openSockets()).toBeLessThanOrEqual(before + 2), 10_000);
  }, 60_000);

  it('that reads nothing of a stream holds neither others nor the end of the server', async () => {
    const stalled = await open(head('GET /notes', 'Accept: application/x-ndjson\r\n\r\n'));
    stalled.pause();
    const response = await fetch(`${server.url}/notes?limit=1`);
    expect(response.status).toBe(200);
    // What waits for it is bounded by what the system's buffers take and one piece.
    const startedMs = performance.now();
    await server.close();
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  }, 30_000);
});

describe.runIf(isLong)('a client that takes too long', () => {
  it('for its headers is told so', async () => {
    const socket = await open(head('GET /notes'));
    const drip = setInterval(() => socket.write('X'), 500);
    const answer = await all(socket);
    clearInterval(drip);
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 408');
  }, 30_000);

  it('for its body is told so', async () => {
    const more = 'Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n';
    const socket = await open(head('POST /notes', more));
    const drip = setInterval(() => socket.write(' '), 500);
    const answer = await all(socket);
    clearInterval(drip);
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 408');
  }, 90_000);

  it('for its answer is cut off', async () => {
    // More than the system's buffers take of it, which may be 32 MB.
    for (let count = 10_000; count < 90_000; count += 10_000) {
      await db.insertMany(
        'notes',
        Array.from({ length: 10_000 }, () => ({ text: 'x'.repeat(1_000) })),
      );
    }
    const stalled = await open(head('GET /notes', 'Accept: application/x-ndjson\r\n\r\n'));
    stalled.pause();
    await new Promise((resolve) => setTimeout(resolve, 40_000));
    const ended = once(stalled, 'close');
    stalled.resume();
    stalled.on('end', () => stalled.destroy());
    let bytes = 0;
    stalled.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    await ended;
    expect(bytes).toBeLessThan(80_000_000);
  }, 90_000);
});
