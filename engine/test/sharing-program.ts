/*
 * A program of the owner-and-guest suite: it opens a database as whatever it can be, says what it is and becomes, and
 * does what its standard input tells it, one command a line, the first of which is
 *
 *   open       opens the database; says `is owner PID` or `is guest PID`, also later, when that changes
 *   write N    inserts documents N, N + 1 … until it is killed; says `begin N` before and `done N` after each commit
 *   insert N   inserts document N in a text, and says `done N` or `failed CODE`
 *   count      says `count N`
 *   run        begins a run of all documents, pulls one row, says `pulled`, and leaves it open
 *   hang       says `hanging`, and holds its event loop for a minute
 *   close      closes the database and ends
 */
import { createInterface } from 'node:readline';
import { Aurora } from '../aurora.ts';
import { AuroraError } from '../errors.ts';

const [folder, ownerTimeoutMs] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: sharing-program <folder> [owner timeout]');

const say = (line: string) => process.stdout.write(`${line}\n`);
const commands = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
say('loaded');
await commands.next();
const db = await Aurora.open({ dbPath: folder, ownerTimeoutMs: Number(ownerTimeoutMs ?? 10_000) });
db.onDidChangeConnection(({ state, ownerPid }) => say(`is ${state} ${ownerPid ?? 0}`));
await db.newCollection('numbers', { number: { type: 'Int', unique: true } });
say(`is ${db.connection.state} ${db.connection.ownerPid ?? 0}`);

async function write(from: number): Promise<void> {
  for (let number = from; ; number += 1) {
    say(`begin ${number}`);
    await db.insertInto('numbers', { number });
    say(`done ${number}`);
  }
}

async function insert(number: number): Promise<void> {
  try {
    await db.execute(
      'mutation($number: Int!) { insertInto(collection: "numbers", data: { number: $number }) { id } }',
      { variables: { number } },
    );
    say(`done ${number}`);
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    say(`failed ${error.code}`);
  }
}

for await (const line of commands) {
  const [command, argument] = line.split(' ');
  switch (command) {
    case 'write':
      void write(Number(argument));
      break;
    case 'insert':
      await insert(Number(argument));
      break;
    case 'count':
      say(`count ${await db.query('numbers').count()}`);
      break;
    case 'run':
      await db.run('query { numbers { number } }').next(1);
      say('pulled');
      break;
    case 'hang':
      say('hanging');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
      break;
    case 'close':
      await db.close();
      process.exit(0);
      break;
    default:
      throw new Error(`There is no command ${command}.`);
  }
}
