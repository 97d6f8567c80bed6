/* Durable inserts: one caller that waits for each, and 64 at once. */
import { join } from 'node:path';
import { EngineUsers } from './engine-users.ts';
import { type Contender, interleave } from './interleave.ts';
import { rawAppend } from './raw-append.ts';
import { type Requirement, report } from './report.ts';
import type { SqlitePeer } from './sqlite.ts';
import { SqliteUsers, type Synchronous } from './sqlite-users.ts';
import {
  fourIndexes,
  type IndexedFields,
  noIndexes,
  twoIndexes,
  type User,
  userOf,
} from './users.ts';
import type { Workload, WorkloadContext } from './workload.ts';

/** What the log writes for one user: record head, payload, filling. */
const recordBytes = 344;
const callerCount = 64;

export const singleWriter: Workload = async (context) => {
  const { folder, peers, rounds, isLong } = context;
  const contenders: Contender[] = [
    rawAppend(join(folder, 'raw'), recordBytes),
    await engineInserts(join(folder, 'none.db'), 'aurora, no index', noIndexes, 1),
    await engineInserts(join(folder, 'four.db'), 'aurora, four indexes', fourIndexes, 1),
    ...peers.map((peer) => sqliteInserts(context, peer, 'FULL', fourIndexes)),
  ];
  const count = isLong ? 20_000 : 12_000;
  const results = await interleave(contenders, { rounds, count, leadIn: count / 10 });
  const against = {
    peer: 'raw append + fdatasync',
    kind: 'slower',
    bounds: { required: 1.3, goal: 1.15 },
  } as const;
  return report('one durable writer: inserts, each waited for', results, [
    { ours: 'aurora, no index', ...against },
    { ours: 'aurora, four indexes', ...against },
  ]);
};

export const manyWriters: Workload = async (context) => {
  const { folder, peers, rounds, isLong } = context;
  const contenders: Contender[] = [
    await engineInserts(join(folder, 'many.db'), 'aurora', twoIndexes, callerCount),
    ...peers.map((peer) => groupedInserts(context, peer)),
  ];
  const count = isLong ? 320_000 : 64_000;
  const results = await interleave(contenders, { rounds, count, leadIn: count / 10 });
  const requirements = peers.map(
    ({ name }): Requirement => ({
      ours: 'aurora',
      peer: `${name} FULL`,
      kind: 'faster',
      bounds: { required: 1.5, goal: 3 },
    }),
  );
  return report(`${callerCount} durable writers at once, two indexes`, results, requirements);
};

async function engineInserts(
  path: string,
  name: string,
  indexed: IndexedFields,
  callers: number,
): Promise<Contender> {
  const users = await EngineUsers.open({ path, mode: 'Strict', indexed });
  let next = 0;
  return {
    name,
    run: (count) =>
      inTurns(callers, count, async () => {
        const n = next;
        next += 1;
        await users.insert(n);
      }),
    settle: () => users.settle(),
    close: () => users.close(),
  };
}

function sqliteInserts(
  { folder }: WorkloadContext,
  peer: SqlitePeer,
  synchronous: Synchronous,
  indexed: IndexedFields,
): Contender {
  const users = new SqliteUsers(peer, join(folder, `${peer.name}.one`), synchronous, indexed);
  let next = 0;
  return {
    name: `${peer.name} ${synchronous}`,
    run(count) {
      for (const end = next + count; next < end; next += 1) users.insert(userOf(next));
    },
    settle: () => users.checkpoint(),
    close: () => users.close(),
  };
}

/** SQLite behind a queue of its own: everybody who waits gets into one transaction. */
function groupedInserts({ folder }: WorkloadContext, peer: SqlitePeer): Contender {
  const users = new SqliteUsers(peer, join(folder, `${peer.name}.many`), 'FULL', twoIndexes);
  let waiting: { readonly user: User; readonly resolve: () => void }[] = [];
  const commit = (): void => {
    const batch = waiting;
    waiting = [];
    users.insertAll(batch.map(({ user }) => user));
    for (const { resolve } of batch) resolve();
  };
  const submit = (user: User): Promise<void> =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ user, resolve });
    });
  let next = 0;
  return {
    name: `${peer.name} FULL`,
    run: (count) =>
      inTurns(callerCount, count, () => {
        const user = userOf(next);
        next += 1;
        return submit(user);
      }),
    settle: () => users.checkpoint(),
    close: () => users.close(),
  };
}

/** So many callers, each of which waits for its operation before it begins the next. */
async function inTurns(
  callers: number,
  count: number,
  operation: () => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let index = 0; index < count / callers; index += 1) await operation();
    }),
  );
}
