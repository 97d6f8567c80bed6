/* Who is let in: names, origins, tokens, rates; and what becomes of requests that end before their answer. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer, type ServerOptions } from '#server';

let folder: string;
let db: Database;
const servers: DatabaseServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aurora-server-'));
  const auditLogPath = join(folder, 'audit.jsonl');
  db = await Aurora.open({
    dbPath: join(folder, 'served.db'),
    durabilityMode: 'None',
    auditLogPath,
  });
  await db.execute('schema { define collection notes { text: String } }');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await db.close();
  await rm(folder, { recursive: true });
});

async function serve(options: Partial<ServerOptions> = {}): Promise<DatabaseServer> {
  const server = await createServer(db, { tokens: 'none', ...options });
  servers.push(server);
  return server;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A request with headers that `fetch` does not let through. */
function ask(
  server: DatabaseServer,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const path = `/graphql?query=${encodeURIComponent('{ __typename }')}`;
    const request = sendRequest({ port: server.port, host: '127.0.0.1', path, method, headers });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.end();
  });
}

async function insertNotes(count: number): Promise<void> {
  for (let start = 0; start < count; start += 5_000) {
    const notes = Array.from({ length: 5_000 }, (_, at) => ({ text: `note number ${start + at}` }));
    await db.insertMany('notes', notes);
  }
}

const slowQuery =
  '{ notes(search: { query: "nomber", fields: ["text"], fuzzy: true }, limit: 1) { id } }';

describe('the gates', () => {
  it('turn away requests for other names, which rebound ones have', async () => {
    const server = await serve({ hostNames: ['db.example'] });
    const statusOf = async (Host: string) => (await ask(server, { Host })).status;
    expect(await statusOf(`127.0.0.1:${server.port}`)).toBe(200);
    expect(await statusOf(`LOCALHOST:${server.port}`)).toBe(200);
    expect(await statusOf('db.example')).toBe(200);
    expect(await statusOf('evil.example')).toBe(403);
    expect(await statusOf(`evil.example:${server.port}`)).toBe(403);
    expect(await statusOf('127.0.0.1:1')).toBe(403);
    expect(await statusOf('10.0.0.1')).toBe(403);
  });

  it('turn away foreign pages unless they were let in', async () => {
    const origin = 'http://page.example';
    const closed = await serve();
    expect((await ask(closed, { Origin: origin })).status).toBe(403);
    expect((await ask(closed, { Origin: 'null' })).status).toBe(403);
    expect((await ask(closed, { Origin: closed.url })).status).toBe(200);
    const open = await serve({ corsOrigins: [origin] });
    const answer = await ask(open, { Origin: origin });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect((await ask(open, { Origin: 'http://other.example' })).status).toBe(403);
    const asked = await ask(open, { Origin: origin }, 'OPTIONS');
    expect([asked.status, asked.headers['access-control-allow-headers']]).toEqual([
      204,
      expect.stringContaining('Authorization'),
    ]);
  });

  it('ask for a token, in the way that clients know', async () => {
    const server = await serve({ tokens: [{ token: 'the-token', scope: 'read' }] });
    const without = await ask(server, {});
    expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await ask(server, { Authorization: 'Bearer the-tokem' })).status).toBe(401);
    expect((await ask(server, { Authorization: 'Basic the-token' })).status).toBe(401);
    expect((await ask(server, { Authorization: 'Bearer the-token' })).status).toBe(200);
  });

  it('let a client ask as often as it may', async () => {
    const server = await serve({ requestsPerSecondMax: 1 });
    const answers: Answer[] = [];
    for (let count = 0; count < 4; count += 1) answers.push(await ask(server, {}));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers['retry-after']).toBe('1');
  });

  it('need tokens where others can connect', async () => {
    await expect(createServer(db, { host: '0.0.0.0', tokens: 'none' })).rejects.toMatchObject({
      code: 'InvalidOption',
    });
  });

  it('let nobody write when the server is read-only', async () => {
    const server = await serve({ readOnly: true });
    const query = 'mutation { insertInto(collection: "notes", data: {}) { id } }';
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(403);
  });
});

describe('a request', () => {
  it('is refused when its body is too large', async () => {
    const server = await serve({ bodyBytesMax: 1_000 });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: `{ __typename } #${'x'.repeat(2_000)}` }),
    });
    expect([response.status, response.headers.get('connection')]).toEqual([413, 'close']);
  });

  it('ends with its time limit, and says so', async () => {
    await insertNotes(20_000);
    const server = await serve({ timeMsMax: 1 });
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(slowQuery)}`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'Timeout' } }] });
  });

  it('is cancelled when its client goes away', async () => {
    await insertNotes(20_000);
    const server = await serve();
    const url = `${server.url}/graphql?query=${encodeURIComponent(slowQuery)}`;
    const request = sendRequest(url);
    request.on('error', () => undefined);
    await new Promise<void>((resolve) => request.end(resolve));
    // What was sent is there, however busy the machine is.
    setTimeout(() => request.destroy(), 10);
    await vi.waitFor(
      async () =>
        expect(await readFile(join(folder, 'audit.jsonl'), 'utf8')).toContain('Cancelled'),
      { timeout: 10_000, interval: 100 },
    );
  });

  it('that is closed with its server gets its answer first', async () => {
    await insertNotes(5_000);
    const server = await serve();
    const url = `${server.url}/graphql?query=${encodeURIComponent(slowQuery)}`;
    const request = sendRequest(url).end();
    await once(request, 'socket').then(() => new Promise((resolve) => setTimeout(resolve, 5)));
    const answered = once(request, 'response');
    await server.close();
    const [response] = await answered;
    expect(response.statusCode).toBe(200);
    response.resume();
  });
});
