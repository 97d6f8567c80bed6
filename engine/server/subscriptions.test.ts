/* Subscriptions as unmodified clients of graphql-sse follow them. */
import { createClient } from 'graphql-sse';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Aurora, type Database } from '#engine';
import { createServer, type DatabaseServer } from '#server';

let db: Database;
let server: DatabaseServer;

beforeEach(async () => {
  db = await Aurora.open(':memory:');
  await db.execute('schema { define collection notes { text: String  size: Int } }');
  const tokens = [{ token: 'reader-token', scope: 'read' }] as const;
  server = await createServer(db, { tokens, subscriptionsMax: 2 });
});

afterEach(async () => {
  await server.close();
  await db.close();
});

function follow(query: string) {
  const client = createClient({
    url: `${server.url}/graphql`,
    headers: { Authorization: 'Bearer reader-token' },
    retryAttempts: 0,
  });
  const results: Record<string, unknown>[] = [];
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe(
      { query },
      {
        next: (result) => results.push(JSON.parse(JSON.stringify(result))),
        error: resolve,
        complete: () => resolve('complete'),
      },
    );
  });
  return { results, ended, dispose: () => client.dispose() };
}

/** Writes until the subscription has seen something, and once more. */
async function insertUntilSeen(results: readonly unknown[]): Promise<void> {
  await vi.waitFor(
    async () => {
      await db.insertInto('notes', { text: 'wake', size: 9 });
      expect(results.length).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 50 },
  );
}

const subscription = 'subscription { seen: notes(where: { size: { gt: 5 } }) { text size } }';

describe('live queries', () => {
  it('give their whole result as it is, and again with each change', async () => {
    const { results, dispose } = follow(
      'query @live { notes(orderBy: { size: ASC }) { size } sums: notes { aggregate { count } } }',
    );
    await vi.waitFor(() => expect(results.length).toBe(1), 10_000);
    expect(results[0]).toMatchObject({ data: { notes: [], sums: { aggregate: { count: 0 } } } });
    for (const size of [3, 1, 2]) await db.insertInto('notes', { size });
    const sizes = [{ size: 1 }, { size: 2 }, { size: 3 }];
    const whole = { notes: sizes, sums: { aggregate: { count: 3 } } };
    await vi.waitFor(() => expect(results.at(-1)).toMatchObject({ data: whole }), 10_000);
    expect(results.at(-1)).toMatchObject({
      extensions: { type: 'delta', changes: expect.anything() },
    });
    dispose();
  });

  it('are ordinary queries for who takes one answer', async () => {
    const response = await fetch(
      `${server.url}/graphql?query=${encodeURIComponent('query @live { notes { size } }')}`,
      { headers: { Authorization: 'Bearer reader-token' } },
    );
    expect(await response.json()).toMatchObject({ data: { notes: [] } });
  });

  it('end with their client, and count as followed', async () => {
    const first = follow('query @live { notes { size } }');
    const second = follow('query @live { notes { text } }');
    await vi.waitFor(() => expect([...first.results, ...second.results].length).toBe(2), 10_000);
    expect(String(await follow(subscription).ended)).toContain('503');
    first.dispose();
    await vi.waitFor(
      async () => {
        const next = follow('query @live { notes { size } }');
        await vi.waitFor(() => expect(next.results.length).toBe(1), 500);
        next.dispose();
      },
      { timeout: 10_000 },
    );
    second.dispose();
  });
});

describe('subscriptions', () => {
  it('give each change of what they are about, with what happened', async () => {
    const { results, dispose } = follow(subscription);
    await insertUntilSeen(results);
    const from = results.length;
    const id = await db.insertInto('notes', { text: 'a', size: 7 });
    await db
      .query('notes')
      .filter((f) => f.eq('id', id))
      .update({ size: 8 });
    await db
      .query('notes')
      .filter((f) => f.eq('id', id))
      .update({ size: 1 });
    await vi.waitFor(() => {
      const own = results.slice(from - 1).filter((each) => JSON.stringify(each).includes(id));
      expect(own).toMatchObject([
        { data: { seen: { text: 'a', size: 7 } }, extensions: { type: 'Added', id } },
        {
          data: { seen: { text: 'a', size: 8 } },
          extensions: { type: 'Modified', previous: { size: 7 } },
        },
        { data: { seen: null }, extensions: { type: 'Removed', previous: { size: 8 } } },
      ]);
    });
    dispose();
  });

  it('are bounded in number, and cost nothing when their client has gone', async () => {
    const { results, dispose } = follow(subscription);
    await insertUntilSeen(results);
    const second = follow(subscription);
    await insertUntilSeen(second.results);
    const refused = follow(subscription);
    expect(String(await refused.ended)).toContain('503');
    dispose();
    await vi.waitFor(
      async () => {
        const next = follow(subscription);
        await Promise.race([next.ended, insertUntilSeen(next.results)]);
        expect(next.results.length).toBeGreaterThan(0);
      },
      { timeout: 10_000 },
    );
    second.dispose();
  });

  it('complete when the server closes, without waiting for anything', async () => {
    const { results, ended } = follow(subscription);
    await insertUntilSeen(results);
    await server.close();
    expect(await ended).toBe('complete');
  });

  it('answer a query as one event, and refuse what is wrong', async () => {
    const query = follow('{ notes { text } }');
    expect(await query.ended).toBe('complete');
    expect(query.results).toMatchObject([{ data: { notes: [] } }]);
    const wrong = follow('subscription { notes { txt } }');
    expect(await wrong.ended).not.toBe('complete');
    expect(wrong.results).toEqual([]);
  });
});
