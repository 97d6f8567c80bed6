import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createSocketChannel } from './socket-channel.ts';

/** Polls end when their condition holds; how long that takes on a busy machine is no matter of the test. */
const patience = { timeout: 15_000 };

let server: WebSocketServer;
let client: WebSocket;
let accepted: WebSocket;

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
});

afterEach(async () => {
  client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

// A page that called on and on without reading an answer made the host hold every answer in memory.
it('reads nothing more from an end that takes nothing, until it takes again', async () => {
  const channel = createSocketChannel<string, string>(accepted);
  const heard: string[] = [];
  channel.receive({ message: (message) => heard.push(message), closed: () => {} });
  client.pause();
  for (let megabytes = 0; megabytes < 24; megabytes += 1) channel.post('x'.repeat(1 << 20));
  const wasPaused = accepted.isPaused;
  client.send('"still there"');
  client.resume();
  await expect.poll(() => heard, patience).toEqual(['still there']);
  expect([wasPaused, accepted.isPaused]).toEqual([true, false]);
});

it('ends when the other end goes away without having taken anything', async () => {
  const channel = createSocketChannel<string, string>(accepted, { heartbeatMs: 50 });
  const closed = new Promise((resolve) => {
    channel.receive({ message: () => {}, closed: resolve });
  });
  client.pause();
  for (let megabytes = 0; megabytes < 24; megabytes += 1) channel.post('x'.repeat(1 << 20));
  expect(await closed).toBeTypeOf('string');
});
