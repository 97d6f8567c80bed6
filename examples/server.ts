import { Aurora } from 'aurora-studio/engine';
import { createServer } from 'aurora-studio/server';

const db = await Aurora.open(':memory:');
await db.execute('schema { define collection notes { text: String! } }');
const tokens = [{ token: 'a-long-secret', scope: 'write', collections: ['notes'] }] as const;
const server = await createServer(db, { tokens });
const headers = { Authorization: 'Bearer a-long-secret', 'Content-Type': 'application/json' };
await fetch(`${server.url}/notes`, { method: 'POST', headers, body: '{"text":"over HTTP"}' });
const query = encodeURIComponent('{ notes { text } }');
const response = await fetch(`${server.url}/graphql?query=${query}`, { headers });
const answer = (await response.json()) as { data: unknown };
console.log(JSON.stringify(answer.data));
await server.close();
await db.close();

// Prints: {"notes":[{"text":"over HTTP"}]}
