/* A process that serves the users with Aurora; says where on its standard output. */
import { Aurora } from '#engine';
import { createServer } from '#server';
import { user, userCount } from './users.ts';

const [path = ''] = process.argv.slice(2);
const db = await Aurora.open(path);
await db.newCollection('users', {
  name: { type: 'String' },
  email: { type: 'String', unique: true },
  age: { type: 'Int', indexed: true },
  city: { type: 'String', indexed: true },
});
for (let first = 0; first < userCount; first += 1_000) {
  await db.insertMany(
    'users',
    Array.from({ length: 1_000 }, (_, at) => ({ ...user(first + at) })),
  );
}
const server = await createServer(db, { tokens: [{ token: 'bench-token', scope: 'write' }] });
process.stdout.write(`${server.url}\n`);
