/* Updates of one indexed field, and the mixtures YCSB-A and -B, relaxed on both sides: mode WAL beside NORMAL. */
import { join } from 'node:path';
import { EngineUsers } from './engine-users.ts';
import { type Contender, interleave } from './interleave.ts';
import { seededRandom, zipf } from './random.ts';
import { type Requirement, report } from './report.ts';
import { SqliteUsers } from './sqlite-users.ts';
import { emailOf, idOf, twoIndexes } from './users.ts';
import type { Workload } from './workload.ts';

const documentCount = 100_000;

/** The operations that both sides offer. */
interface Users {
  get(id: string): unknown;
  setAge(id: string, age: number): Promise<unknown> | undefined;
  setAgeByEmail(email: string, age: number): Promise<unknown> | undefined;
}

interface Side {
  readonly name: string;
  readonly users: Users;
  settle(): Promise<void> | void;
  close(): Promise<void> | void;
}

export const indexedUpdates: Workload = async (context) => {
  const sides = await openSides(context);
  const byId = (users: Users, n: number, age: number) => users.setAge(idOf(n), age);
  const byEmail = (users: Users, n: number, age: number) => users.setAgeByEmail(emailOf(n), age);
  const contenders = sides.flatMap((side) => [
    uniform(side, { by: 'by id', seed: 2, update: byId }),
    {
      // Other ages than those that the updates before have left, or there would be nothing to change.
      ...uniform(side, { by: 'by e-mail', seed: 4, update: byEmail }),
      close: () => undefined,
    },
  ]);
  // Some buffers are applied within a round, as they are in whatever goes on for longer.
  const count = context.isLong ? 500_000 : 50_000;
  const results = await interleave(contenders, {
    rounds: context.rounds,
    count,
    leadIn: count / 10,
  });
  return report('updates of one indexed field, one caller', results, requirementsOf(context));
};

/** What is asked for is the update of whatever document has a unique value; by id the ratios are told. */
function requirementsOf({ peers }: Parameters<Workload>[0]): readonly Requirement[] {
  return ['by id', 'by e-mail'].flatMap((by) =>
    peers.map(({ name }): Requirement => {
      const sides = { ours: `aurora WAL, ${by}`, peer: `${name} NORMAL, ${by}` };
      return {
        ...sides,
        kind: 'faster',
        ...(by === 'by e-mail' && { bounds: { required: 3, goal: 5 } }),
      };
    }),
  );
}

export const mixtureA: Workload = (context) => mixture(context, 'YCSB-A', 0.5);
export const mixtureB: Workload = (context) => mixture(context, 'YCSB-B', 0.05);

async function mixture(
  context: Parameters<Workload>[0],
  title: string,
  updateShare: number,
): Promise<boolean> {
  const sides = await openSides(context);
  const count = context.isLong ? 1_000_000 : 20_000;
  const results = await interleave(
    sides.map((side) => mixed(side, updateShare)),
    { rounds: context.rounds, count, leadIn: count / 10 },
  );
  const requirements = context.peers.map(
    ({ name }): Requirement => ({
      ours: 'aurora WAL',
      peer: `${name} NORMAL`,
      kind: 'faster',
      bounds: { required: 2, goal: 4 },
    }),
  );
  const share = `${updateShare * 100} % updates of an indexed field, the rest reads by id`;
  return report(`${title}: ${share}, zipf 0.99, one caller`, results, requirements);
}

async function openSides({ folder, peers }: Parameters<Workload>[0]): Promise<readonly Side[]> {
  const engine = await EngineUsers.open({
    path: join(folder, 'updates.db'),
    mode: 'WAL',
    indexed: twoIndexes,
  });
  await engine.fill(0, documentCount);
  await engine.settle();
  const ours: Side = {
    name: 'aurora WAL',
    users: {
      get: (id) => engine.db.get('users', id),
      setAge: (id, age) => engine.setAge(id, age),
      setAgeByEmail: (email, age) => engine.setAgeByEmail(email, age),
    },
    settle: () => engine.settle(),
    close: () => engine.close(),
  };
  const others = peers.map((peer): Side => {
    const sqlite = new SqliteUsers(peer, join(folder, peer.name), 'NORMAL', twoIndexes);
    sqlite.fill(0, documentCount);
    const users: Users = {
      get: (id) => sqlite.get(id),
      setAge(id, age) {
        sqlite.setAge(id, age);
        return undefined;
      },
      setAgeByEmail(email, age) {
        sqlite.setAgeByEmail(email, age);
        return undefined;
      },
    };
    return {
      name: `${peer.name} NORMAL`,
      users,
      settle: () => sqlite.checkpoint(),
      close: () => sqlite.close(),
    };
  });
  return [ours, ...others];
}

function uniform(
  { name, users, settle, close }: Side,
  {
    by,
    seed,
    update,
  }: {
    readonly by: string;
    readonly seed: number;
    readonly update: (users: Users, n: number, age: number) => Promise<unknown> | undefined;
  },
): Contender {
  const random = seededRandom(seed);
  return {
    name: `${name}, ${by}`,
    async run(count) {
      for (let index = 0; index < count; index += 1) {
        const n = Math.floor(random() * documentCount);
        const done = update(users, n, Math.floor(random() * 80));
        if (done !== undefined) await done;
      }
    },
    settle,
    close,
  };
}

function mixed({ name, users, settle, close }: Side, updateShare: number): Contender {
  const random = seededRandom(3);
  const next = zipf(documentCount, random);
  return {
    name,
    async run(count) {
      for (let index = 0; index < count; index += 1) {
        const id = idOf(next());
        if (random() >= updateShare) {
          if (users.get(id) === undefined) throw new Error(`${name} does not find ${id}`);
          continue;
        }
        const done = users.setAge(id, Math.floor(random() * 80));
        if (done !== undefined) await done;
      }
    },
    settle,
    close,
  };
}
