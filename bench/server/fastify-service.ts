/*
 * A process that serves the users as a plain service would: fastify over better-sqlite3, prepared statements, every
 * insert on the disk before its answer (WAL, synchronous=FULL). It asks for a token, as Aurora does.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { sqlitePeers } from '../storage/sqlite.ts';
import { type User, user, userCount } from './users.ts';

interface Request {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: User;
}

interface Reply {
  code(status: number): Reply;
  send(body?: unknown): Reply;
}

type Handler = (request: Request, reply: Reply) => unknown;

interface Fastify {
  addHook(name: 'onRequest', hook: (request: Request, reply: Reply) => Promise<unknown>): void;
  get(path: string, handler: Handler): void;
  post(path: string, handler: Handler): void;
  listen(options: { readonly port: number; readonly host: string }): Promise<string>;
}

const [path = ''] = process.argv.slice(2);
const peer = sqlitePeers().find(({ name }) => name === 'better-sqlite3');
if (peer === undefined) throw new Error('better-sqlite3 is not here');
const require = createRequire(import.meta.url);
// What npm installed under that name; its calls are those of the interface above.
const createApp: () => Fastify = require(
  join(import.meta.dirname, '../peers/node_modules/fastify'),
);

const db = peer.open(path);
db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, age INTEGER NOT NULL, city TEXT NOT NULL);
  CREATE INDEX users_age ON users (age); CREATE INDEX users_city ON users (city); BEGIN`);
const insert = db.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?)');
const write = ({ id, name, email, age, city }: User) => insert.run(id, name, email, age, city);
for (let number = 0; number < userCount; number += 1) write(user(number));
db.exec('COMMIT');
const one = db.prepare('SELECT * FROM users WHERE id = ?');
const some = db.prepare(
  'SELECT * FROM users WHERE age >= ? AND age < ? AND city = ? ORDER BY age, id LIMIT 20',
);

const app = createApp();
app.addHook('onRequest', async (request, reply) => {
  if (request.headers['authorization'] !== 'Bearer bench-token') return reply.code(401).send();
  return undefined;
});
app.get('/users/:id', (request, reply) => {
  const found = one.get(request.params['id'] ?? '');
  return found ?? reply.code(404).send({ error: 'not found' });
});
app.get('/users', ({ query }) => ({
  documents: some.all(Number(query['from']), Number(query['to']), query['city'] ?? ''),
}));
app.post('/users', (request, reply) => {
  write(request.body);
  return reply.code(201).send({ id: request.body.id });
});
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
