/* Point reads: from the hot cache beside SQLite, and past it beside lmdb with string keys. */
import { join } from 'node:path';
import { open } from 'lmdb';
import { EngineUsers } from './engine-users.ts';
import { type Contender, interleave } from './interleave.ts';
import { seededRandom } from './random.ts';
import { type Requirement, report } from './report.ts';
import { SqliteUsers } from './sqlite-users.ts';
import { emailOf, idOf, twoIndexes, userOf, usersFrom } from './users.ts';
import type { Workload } from './workload.ts';

const hotCount = 10_000;
const coldCount = 100_000;

export const hotReads: Workload = async ({ folder, peers, rounds }) => {
  const users = await openFilled(join(folder, 'hot.db'), hotCount, 256);
  const contenders: Contender[] = [
    reader(
      'aurora, by id',
      hotCount,
      (n) => users.db.get('users', idOf(n)),
      () => users.close(),
    ),
    asyncReader('aurora, by e-mail', hotCount, (n) => users.getByEmail(emailOf(n))),
  ];
  const requirements: Requirement[] = [];
  for (const peer of peers) {
    const sqlite = new SqliteUsers(peer, join(folder, peer.name), 'NORMAL', twoIndexes);
    sqlite.fill(0, hotCount);
    contenders.push(
      reader(
        `${peer.name}, by id`,
        hotCount,
        (n) => sqlite.get(idOf(n)),
        () => sqlite.close(),
      ),
      reader(`${peer.name}, by e-mail`, hotCount, (n) => sqlite.getByEmail(emailOf(n))),
    );
    for (const by of ['by id', 'by e-mail']) {
      const sides = { ours: `aurora, ${by}`, peer: `${peer.name}, ${by}` };
      requirements.push({ ...sides, kind: 'faster', bounds: { required: 5, goal: 15 } });
    }
  }
  const results = await interleave(contenders, { rounds, count: 20_000 });
  return report('point read, hot', results, requirements);
};

export const coldReads: Workload = async ({ folder, rounds, isLong }) => {
  const count = isLong ? 1_000_000 : coldCount;
  const users = await openFilled(join(folder, 'cold.db'), count, 0);
  const contenders: Contender[] = [
    reader(
      'aurora, no cache',
      count,
      (n) => users.db.get('users', idOf(n)),
      () => users.close(),
    ),
    await lmdbReader(join(folder, 'lmdb'), count),
  ];
  const results = await interleave(contenders, { rounds, count: 50_000 });
  return report(`point read, cold, ${count} documents`, results, [
    {
      ours: 'aurora, no cache',
      peer: 'lmdb',
      kind: 'slower',
      bounds: { required: 1.6, goal: 1.2 },
    },
  ]);
};

async function openFilled(path: string, count: number, hotCacheSizeMb: number) {
  const users = await EngineUsers.open({ path, mode: 'WAL', indexed: twoIndexes, hotCacheSizeMb });
  await users.fill(0, count);
  await users.settle();
  return users;
}

/** Reads random documents; what it finds is looked at, so that nothing is left out. */
function reader(
  name: string,
  documentCount: number,
  read: (n: number) => unknown,
  close: () => Promise<void> | void = () => undefined,
): Contender {
  const random = seededRandom(1);
  return {
    name,
    run(count) {
      for (let index = 0; index < count; index += 1) {
        requireFound(name, read(Math.floor(random() * documentCount)));
      }
    },
    close,
  };
}

function asyncReader(
  name: string,
  documentCount: number,
  read: (n: number) => Promise<unknown>,
): Contender {
  const random = seededRandom(1);
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index += 1) {
        requireFound(name, await read(Math.floor(random() * documentCount)));
      }
    },
    close: () => undefined,
  };
}

function requireFound(name: string, found: unknown): void {
  if (found === undefined) throw new Error(`${name} does not find a document that is there`);
}

/** lmdb as its readme shows it: string keys, values by msgpackr with shared structures. */
async function lmdbReader(path: string, documentCount: number): Promise<Contender> {
  const database = open<unknown, string>({ path, sharedStructuresKey: Symbol.for('structures') });
  for (let start = 0; start < documentCount; start += 10_000) {
    database.transactionSync(() => {
      for (const user of usersFrom(start, 10_000)) database.putSync(user.id, user);
    });
  }
  await database.flushed;
  if (database.get(idOf(1)) === undefined) throw new Error(`lmdb has no ${userOf(1).name}`);
  return reader(
    'lmdb',
    documentCount,
    (n) => database.get(idOf(n)),
    () => database.close(),
  );
}
