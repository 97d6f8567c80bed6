/*
 * Requests that no good client would send: made of pieces of good ones and of rubbish, over a connection of their own
 * or as bytes. The server answers each with a status that blames the request, changes nothing for who may only read,
 * shows and changes nothing beside the collections that a token is for, and has no fault. SERVER_REQUESTS and SERVER_SEED say how many, and which.
 */
import { once } from 'node:events';
import { Agent, request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

const seed = Number(process.env['SERVER_SEED'] ?? Date.now() % 2 ** 31);
const requestCount = Number(process.env['SERVER_REQUESTS'] ?? 20_000);
const id = '00000000-0000-7000-8000-000000000001';
const secret = 'kept-from-others';

let db: Database;
let server: DatabaseServer;
const faults: unknown[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  await db.execute(`schema { define collection notes {
    text: String @unique  size: Int  parent_id: Uuid @references(collection: "notes")
  } }`);
  await db.execute('schema { define collection loose @open { text: String } }');
  await db.insertInto('notes', { id, text: 'kept', size: 1 });
  await db.execute(`schema { define collection vault {
    text: String  note_id: Uuid @references(collection: "notes")
  } }`);
  await db.insertInto('vault', { id, text: secret, note_id: id });
  await db.execute(`mutation { enqueueJob(jobType: "${secret}") { id } }`);
  server = await createServer(db, {
    tokens: [
      { token: 'reader-token', scope: 'read' },
      { token: 'notes-token', scope: 'read', collections: ['notes'] },
      { token: 'loose-token', scope: 'write', collections: ['loose'] },
    ],
    bodyBytesMax: 20_000,
    timeMsMax: 2_000,
    onFault: (error) => faults.push(error),
  });
});

afterAll(async () => {
  agent.destroy();
  await server.close();
  await db.close();
});

/** The text without halves of characters, which no URL can hold. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

const rubbish = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    '{',
    '[[',
    '"',
    '\0',
    '__proto__',
    '../..',
    '%',
    'null',
    '1e999',
    '-0',
    '\u{d800}',
  ),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => '['.repeat(depth)),
  fc
    .integer({ min: 1, max: 300 })
    .map((depth) => `{"a":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`),
  fc.json({ maxDepth: 4 }),
);
const pieces = fc.constantFrom(
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ':',
    '$v',
    '...',
    '...f',
    '@skip(if: true)',
    '"t"',
    '1',
    'null',
  ],
  ...['query', 'mutation', 'subscription', 'schema', 'fragment f on notes', 'define collection x'],
  ...[
    'vault',
    'loose',
    'vault_by_note_id { text }',
    'lookup(collection: "vault"',
    'import',
    'export',
  ],
  ...['notes', 'text', 'id', 'parent', 'where', 'orderBy', 'limit', 'first', 'edges', 'aggregate'],
  ...['insertInto', 'deleteFrom', 'collection', 'data', '__schema', '__type', '_jobs', '_audit'],
  ...['{ notes { text } }', 'mutation { deleteFrom(collection: "notes", where: {}) { id } }'],
  ...[
    'enqueueJob(jobType: "t") { id }',
    'schema { drop collection notes }',
    '(where: {size: {gt: $v}})',
  ],
);
const query = fc.array(pieces, { maxLength: 14 }).map((words) => words.join(' '));
const anyFields = fc.oneof(
  fc.constantFrom<unknown>({}, { text: 'new' }, { text: 1 }, { id, text: 'new' }, [], null, 'new'),
  fc.dictionary(fc.constantFrom('text', 'size', 'id', 'x', '__proto__'), fc.jsonValue(), {
    maxKeys: 3,
  }),
);
const anyOperation = fc.record(
  {
    action: fc.constantFrom<unknown>('insert', 'update', 'delete', 'drop', 1),
    collection: fc.constantFrom<unknown>('notes', 'vault', 'loose', '_jobs', '_audit', 'x', '', 1),
    data: fc.oneof(anyFields, fc.array(anyFields, { maxLength: 3 })),
    where: fc.oneof(fc.constantFrom<unknown>({}, { size: { gt: 0 } }, { $or: [] }), anyFields),
  },
  { requiredKeys: ['action', 'collection'] },
);
/** Bodies of batches, of imports and of jobs. */
const anyRouteBody = fc.oneof(
  fc.array(anyOperation, { maxLength: 4 }).map((operations) => JSON.stringify({ operations })),
  fc
    .array(
      fc.oneof(
        anyFields.map((value) => JSON.stringify(value)),
        rubbish,
      ),
      { maxLength: 5 },
    )
    .map((lines) => lines.join('\n')),
  fc
    .record(
      {
        type: fc.constantFrom<unknown>('t', '', 1),
        payload: anyFields,
        priority: fc.constantFrom<unknown>('HIGH', 'SOON', 1),
        runAt: fc.constantFrom<unknown>('2026-01-01T00:00:00Z', 'soon', -1),
        maxRetries: fc.constantFrom<unknown>(1, -1, 1e99, 'x'),
        delayMs: fc.constantFrom<unknown>(0, -1, 1e18),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);
const anyBody = fc.oneof(
  rubbish,
  anyRouteBody,
  query.map((text) => JSON.stringify({ query: text })),
  fc
    .record(
      { query: fc.oneof(query, rubbish), variables: fc.anything(), operationName: fc.anything() },
      { requiredKeys: [] },
    )
    .map(
      (value) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? 0 : part)) ?? '',
    ),
);
const anyPath = fc.oneof(
  fc.constantFrom(
    '/graphql',
    '/aql',
    '/notes',
    `/notes/${id}`,
    '/collections',
    '/collections/notes',
  ),
  fc.constantFrom(
    '/',
    '//',
    '/collections/notes/documents',
    '/_jobs',
    '/health',
    '/metrics',
    '/openapi.json',
    '/reference',
    '/graphiql',
    '/graphiql/../../package.json',
    '/*',
    '/notes/x',
  ),
  fc.constantFrom(
    '/batch',
    '/batch/x',
    '/jobs',
    '/jobs/stats',
    `/jobs/${id}`,
    `/jobs/${id}/cancel`,
    `/jobs/${id}/retry`,
    '/jobs/x/cancel',
    '/migrations',
    '/vault',
    `/vault/${id}`,
    '/collections/vault',
    `/collections/vault/documents/${id}`,
    '/loose',
    `/loose/${id}`,
    '/collections/loose/documents',
  ),
  rubbish.map((text) => `/${encodeURIComponent(wellFormed(text))}`),
  fc
    .string({ unit: 'grapheme-ascii', maxLength: 20 })
    .map((text) => `/${text.replace(/[^!-~]/g, '')}`),
);
const anySearch = fc
  .dictionary(
    fc.constantFrom(
      'query',
      'variables',
      'where',
      'orderBy',
      'limit',
      'offset',
      'after',
      'extensions',
      'onError',
      'x',
    ),
    fc.oneof(
      rubbish,
      query,
      fc.constantFrom('{}', '{"size":{"gt":0}}', 'size:desc', '5', 'skip', 'stop'),
    ),
    { maxKeys: 3 },
  )
  .map((given) => {
    const search = new URLSearchParams(
      Object.entries(given).map(([name, value]) => [name, wellFormed(value)]),
    );
    return search.size === 0 ? '' : `?${search}`;
  });
const anyHeader = fc.dictionary(
  fc.constantFrom(
    'Content-Type',
    'Accept',
    'If-Match',
    'If-None-Match',
    'Origin',
    'Authorization',
    'Host',
  ),
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('application/json', '*/*', 'application/x-ndjson', '*'),
    },
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((text) => text.replace(/[^ -~]/g, '')),
  ),
  { maxKeys: 3 },
);
const anyRequest = fc.record({
  method: fc.constantFrom(
    'GET',
    'POST',
    'POST',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'HEAD',
    'OPTIONS',
  ),
  path: anyPath,
  search: anySearch,
  headers: anyHeader,
  body: anyBody,
  // Most is asked by who may read everything; the others are kept from more.
  token: fc.constantFrom(...['reader-token', 'reader-token', 'notes-token', 'loose-token']),
});

type HostileRequest = typeof anyRequest extends fc.Arbitrary<infer Value> ? Value : never;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The answer, read to its end; of one that would go on, its beginning. */
function ask({ method, path, search, headers, body, token }: HostileRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      agent,
      host: '127.0.0.1',
      port: server.port,
      method,
      path: path + search,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        ...headers,
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body);
  });
}

/** What no token may change. */
async function kept(): Promise<unknown> {
  const { data } = await db.execute(
    '{ notes { id text size } vault { id text note_id } _jobs { id status } }',
  );
  const names = db.catalog().collections.map(({ name }) => name);
  return { data, names };
}

describe(`hostile requests (seed ${seed})`, () => {
  it('are answered with what is wrong with them, and change nothing', async () => {
    const statuses = new Set<number>();
    const before = await kept();
    await fc.assert(
      fc.asyncProperty(anyRequest, async (request) => {
        const { status, text } = await ask(request);
        statuses.add(status);
        expect(status).toBeGreaterThanOrEqual(200);
        expect([500, 502, 504]).not.toContain(status);
        expect(faults).toEqual([]);
        expect(db.get('notes', id)).toEqual({ id, text: 'kept', size: 1 });
        expect(db.get('vault', id)).toEqual({ id, text: secret, note_id: id });
        if (request.token !== 'reader-token') expect(text).not.toContain(secret);
      }),
      { seed, numRuns: requestCount },
    );
    expect(await kept()).toEqual(before);
    for (const status of [200, 201, 400, 401, 403, 404]) expect(statuses).toContain(status);
  }, 3_600_000);

  it.each([
    ['no HTTP at all', '\x16\x03\x01\0\0\0rubbish\r\n\r\n', '400'],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      '431',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '400',
    ],
    ['no Host', 'GET /graphql HTTP/1.1\r\n\r\n', '400'],
  ])('of %s are turned away', async (_name, bytes, status) => {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.write(bytes);
    const [answer] = await once(socket, 'data');
    expect(String(answer).split(' ')[1]).toBe(status);
    socket.destroy();
  });
});
