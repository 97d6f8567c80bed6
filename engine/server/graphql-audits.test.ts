/* The audit suite of the GraphQL-over-HTTP specification, unchanged, against a running server. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

let db: Database;
let server: DatabaseServer;

beforeAll(async () => {
  db = await Aurora.open(':memory:');
  server = await createServer(db, { tokens: 'none' });
});

afterAll(async () => {
  await server.close();
  await db.close();
});

describe('the audits of GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch });

  it('are there', () => {
    expect(audits.length).toBeGreaterThanOrEqual(60);
  });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    const reason = result.status === 'ok' ? '' : `${result.status}: ${result.reason}`;
    expect(reason).toBe('');
  });
});
