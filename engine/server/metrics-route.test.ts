import { expect, it } from 'vitest';
import { Aurora } from '#engine';
import { createServer } from '#server';

it('gives figures as Prometheus reads them, to whoever may read', async () => {
  const db = await Aurora.open(':memory:');
  await db.execute('schema { define collection notes { text: String } }');
  await db.insertInto('notes', { text: 't' });
  const server = await createServer(db, { tokens: [{ token: 'reader-token', scope: 'read' }] });
  try {
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
    const health = await fetch(`${server.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const headers = { Authorization: 'Bearer reader-token' };
    const response = await fetch(`${server.url}/metrics`, { headers });
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines).toContain('aurora_documents{collection="notes"} 1');
    expect(lines).toContain('aurora_http_answers_total{status="4xx"} 1');
    for (const line of lines) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="\w+"\})? \d+)$/);
    }
  } finally {
    await server.close();
    await db.close();
  }
});
