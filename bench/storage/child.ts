/*
 * What a benchmark needs a process of its own for: to be killed, to be weighed, or to have its system calls counted.
 * Arguments: what to do, then its parameters. The process prints one line when it is done.
 */
import { readFileSync } from 'node:fs';
import { Aurora } from '#engine';
import { seededRandom } from './random.ts';
import { sqlitePeers } from './sqlite.ts';
import { SqliteUsers } from './sqlite-users.ts';
import { idOf, twoIndexes, userOf } from './users.ts';

const [task = '', ...parameters] = process.argv.slice(2);
const tasks: Readonly<Record<string, (...parameters: readonly string[]) => Promise<void>>> = {
  'leave-engine': leaveEngine,
  'leave-sqlite': leaveSqlite,
  weigh,
  'insert-engine': insertEngine,
  'insert-sqlite': insertSqlite,
};
await tasks[task]?.(...parameters);

/** Commits that stay in the log, and a process that waits to be killed. */
async function leaveEngine(path = '', documents = '', commits = ''): Promise<void> {
  const db = await Aurora.open({
    dbPath: path,
    durabilityMode: 'WAL',
    writeBufferSize: 1_000_000,
    writeBufferFlushIntervalMs: 3_600_000,
    checkpointIntervalMs: 86_400_000,
  });
  const random = seededRandom(4);
  for (let count = 0; count < Number(commits); count += 1) {
    const id = idOf(Math.floor(random() * Number(documents)));
    await db
      .query('users')
      .filter((f) => f.eq('id', id))
      .update({ age: count % 80 });
  }
  await waitForEnd();
}

async function leaveSqlite(name = '', path = '', documents = '', commits = ''): Promise<void> {
  const peer = sqlitePeers().find((candidate) => candidate.name === name);
  if (peer === undefined) return;
  const users = new SqliteUsers(peer, path, 'NORMAL', twoIndexes);
  users.database.exec('PRAGMA wal_autocheckpoint = 0');
  const random = seededRandom(4);
  for (let count = 0; count < Number(commits); count += 1) {
    users.setAge(idOf(Math.floor(random() * Number(documents))), count % 80);
  }
  await waitForEnd();
}

function waitForEnd(): Promise<never> {
  process.stdout.write('ready\n');
  setInterval(() => undefined, 1_000);
  return new Promise(() => undefined);
}

/**
 * Reads every document twice, in random order, and tells the memory that is the process's own, and what of it the heap
 * really uses, in KiB. Both after a collection that compacts and gives pages back: how many V8 keeps for itself (a
 * young generation that grows by a hundred MiB once much survives in it, freed pages, holes) is its own affair, and
 * more with a small cache that changes much than with a large one.
 */
async function weigh(path = '', documents = '', hotCacheSizeMb = ''): Promise<void> {
  const db = await Aurora.open({ dbPath: path, hotCacheSizeMb: Number(hotCacheSizeMb) });
  const random = seededRandom(5);
  const count = Number(documents);
  for (let read = 0; read < 2 * count; read += 1) {
    db.get('users', idOf(Math.floor(random() * count)));
  }
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const anonymous = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  const heapBytes = process.memoryUsage().heapUsed;
  await db.close();
  process.stdout.write(`${anonymous?.[1] ?? Number.NaN} ${heapBytes / 1024}\n`);
}

async function insertEngine(path = '', count = ''): Promise<void> {
  const db = await Aurora.open({ dbPath: path, durabilityMode: 'Strict' });
  for (let n = 0; n < Number(count); n += 1) {
    await db.insertInto('users', userOf(n));
  }
  // Without closing, so that nothing is counted but the inserts.
  process.exit(0);
}

async function insertSqlite(name = '', path = '', count = ''): Promise<void> {
  const peer = sqlitePeers().find((candidate) => candidate.name === name);
  if (peer === undefined) return;
  const users = new SqliteUsers(peer, path, 'FULL', twoIndexes);
  for (let n = 0; n < Number(count); n += 1) users.insert(userOf(n));
  process.exit(0);
}
