/* Bulk load with four indexes, durable at its end; each round into a database of its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineUsers } from './engine-users.ts';
import { type Contender, interleave } from './interleave.ts';
import { type Requirement, report } from './report.ts';
import type { SqlitePeer } from './sqlite.ts';
import { SqliteUsers } from './sqlite-users.ts';
import { fourIndexes } from './users.ts';
import type { Workload } from './workload.ts';

export const bulkLoad: Workload = async ({ folder, peers, rounds }) => {
  const contenders = [
    engineLoad(join(folder, 'bulk.db')),
    ...peers.map((peer) => sqliteLoad(folder, peer)),
  ];
  const results = await interleave(contenders, { rounds, count: 100_000 });
  const requirements = peers.map(
    ({ name }): Requirement => ({
      ours: 'aurora',
      peer: `${name} FULL`,
      kind: 'faster',
      bounds: { required: 1, goal: 2 },
    }),
  );
  return report('bulk load of 100,000 with four indexes', results, requirements);
};

function engineLoad(path: string): Contender {
  let users: EngineUsers | undefined;
  return {
    name: 'aurora',
    prepare: () => rmSync(path, { recursive: true, force: true }),
    async run(count) {
      users = await EngineUsers.open({ path, mode: 'Strict', indexed: fourIndexes });
      await users.fill(0, count);
    },
    settle: () => users?.close(),
    close: () => rmSync(path, { recursive: true, force: true }),
  };
}

function sqliteLoad(folder: string, peer: SqlitePeer): Contender {
  const path = join(folder, `${peer.name}.bulk`);
  let users: SqliteUsers | undefined;
  const remove = (): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  };
  return {
    name: `${peer.name} FULL`,
    prepare: remove,
    run(count) {
      users = new SqliteUsers(peer, path, 'FULL', fourIndexes);
      users.fill(0, count);
    },
    settle: () => users?.close(),
    close: remove,
  };
}
