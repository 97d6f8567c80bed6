/* How long opening takes: after a clean close, and after kill −9 with commits that only the log holds. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Aurora, type Database } from '#engine';
import { EngineUsers } from './engine-users.ts';
import { type Contender, interleave, median } from './interleave.ts';
import { type Requirement, report, write } from './report.ts';
import { runAndKill } from './run-child.ts';
import type { SqlitePeer } from './sqlite.ts';
import { SqliteUsers } from './sqlite-users.ts';
import { idOf, twoIndexes } from './users.ts';
import type { Workload, WorkloadContext } from './workload.ts';

const commitCount = 20_000;
const cleanMsMax = 50;

export const opening: Workload = async (context) => {
  const { folder, peers, isLong } = context;
  const count = isLong ? 1_000_000 : 100_000;
  const path = join(folder, 'clean.db');
  await fillEngine(path, count);
  for (const peer of peers) fillSqlite(folder, peer, count);
  const isCleanMet = await afterClose(context, path, count);
  cpSync(path, join(folder, 'killed.db'), { recursive: true });
  await runAndKill('leave-engine', join(folder, 'killed.db'), `${count}`, `${commitCount}`);
  for (const { name } of peers) {
    await runAndKill('leave-sqlite', name, join(folder, name), `${count}`, `${commitCount}`);
  }
  return (await afterKill(context, count)) && isCleanMet;
};

async function fillEngine(path: string, count: number): Promise<void> {
  const users = await EngineUsers.open({ path, mode: 'WAL', indexed: twoIndexes });
  await users.fill(0, count);
  await users.close();
}

function fillSqlite(folder: string, peer: SqlitePeer, count: number): void {
  const users = new SqliteUsers(peer, join(folder, peer.name), 'NORMAL', twoIndexes);
  users.fill(0, count);
  users.close();
}

async function afterClose(
  { folder, peers, rounds }: WorkloadContext,
  path: string,
  count: number,
): Promise<boolean> {
  const contenders = [
    opener('aurora', path, undefined),
    ...peers.map((peer) => sqliteOpener(peer, join(folder, peer.name), undefined)),
  ];
  const results = await interleave(contenders, { rounds, count: 1 });
  report(`open after a clean close, ${count} documents, and read one`, results, []);
  const ms = median((results.get('aurora') ?? []).map(({ each }) => each)) / 1_000;
  const isMet = ms <= cleanMsMax;
  write(
    `  ${isMet ? 'met' : 'MISSED'}     aurora: ${ms.toFixed(1)} ms; required ≤ ${cleanMsMax} ms\n`,
  );
  return isMet;
}

async function afterKill(
  { folder, peers, rounds }: WorkloadContext,
  count: number,
): Promise<boolean> {
  const contenders = [
    opener('aurora', join(folder, 'opened.db'), join(folder, 'killed.db')),
    ...peers.map((peer) =>
      sqliteOpener(peer, join(folder, `${peer.name}-opened`), join(folder, peer.name)),
    ),
  ];
  const results = await interleave(contenders, { rounds, count: 1 });
  const title = `open after kill −9 with ${commitCount} unapplied commits, ${count} documents, and read one`;
  const requirements = peers.map(
    ({ name }): Requirement => ({
      ours: 'aurora',
      peer: name,
      kind: 'slower',
      bounds: { required: 1, goal: 0.7 },
    }),
  );
  return report(title, results, requirements);
}

/** Opens a database, or a copy of one that was left behind. */
function opener(name: string, path: string, source: string | undefined): Contender {
  let db: Database | undefined;
  return {
    name,
    async prepare() {
      await db?.close();
      if (source === undefined) return;
      rmSync(path, { recursive: true, force: true });
      cpSync(source, path, { recursive: true });
    },
    async run() {
      db = await Aurora.open({ dbPath: path });
      if (db.get('users', idOf(1)) === undefined) throw new Error('a document is missing');
    },
    close: async () => db?.close(),
  };
}

function sqliteOpener(peer: SqlitePeer, path: string, source: string | undefined): Contender {
  let users: SqliteUsers | undefined;
  return {
    name: peer.name,
    prepare() {
      users?.close();
      if (source === undefined) return;
      // The index of the log is made anew, as after a crash of the machine; its copy would be of no use.
      rmSync(`${path}-shm`, { force: true });
      for (const suffix of ['', '-wal']) cpSync(source + suffix, path + suffix);
    },
    run() {
      users = new SqliteUsers(peer, path, 'NORMAL', twoIndexes);
      if (users.get(idOf(1)) === undefined) throw new Error('a document is missing');
    },
    close: () => users?.close(),
  };
}
