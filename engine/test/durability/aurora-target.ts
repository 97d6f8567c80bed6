/* The engine, through its door, as callers use it. */
import { randomFillSync } from 'node:crypto';
import { AuroraError, Database } from '#engine';
import { systemClock } from '../../base/clock.ts';
import { createProcessDatabases, openBackend } from '../../open-backend.ts';
import { resolveOptions } from '../../options.ts';
import { createIdGenerator } from '../../values/uuid.ts';
import type { PlainOptions } from './modes.ts';
import { allAccounts, type WorkStep } from './work-plan.ts';
import { canonicalText, type WorkState, type WorkTarget } from './work-target.ts';

const transferText = `mutation($from: Uuid!, $to: Uuid!, $amount: Int!, $document: Object!) {
  a: update(collection: "accounts", where: { id: $from }, data: { balance: { decrement: $amount } }) { id }
  b: insertInto(collection: "work", data: $document) { id }
  c: update(collection: "accounts", where: { id: $to }, data: { balance: { increment: $amount } }) { id }
}`;

/** Opens, or makes, a database. */
export async function openAuroraTarget(path: string, options: PlainOptions): Promise<WorkTarget> {
  const resolved = resolveOptions({ ...options, dbPath: path });
  const own = createProcessDatabases();
  const db = new Database({ backend: await openBackend(own, resolved), readOnly: false });
  const newId = createIdGenerator(systemClock, randomFillSync);
  return {
    prepare: (callerCount) => prepare(db, callerCount),
    apply: (step) => untilNoConflict(() => applyStep(db, step)),
    async upkeep() {
      const compacting = db.compact();
      // Building an index has no way through the door yet; this is the same pipeline.
      const { pipeline, release } = await own.openDatabases.hold(resolved, newId);
      try {
        const { name } = await pipeline.schema.createIndex('work', {
          fields: ['number'],
          unique: false,
        });
        await compacting;
        await pipeline.schema.dropIndex('work', name);
      } finally {
        await release();
      }
    },
    read: () => readState(db),
    async verify() {
      const { problems } = await db.verify();
      return problems.map((problem) => JSON.stringify(problem));
    },
    close: () => db.close(),
  };
}

async function prepare(db: Database, callerCount: number): Promise<void> {
  const names = (await db.collections()).map(({ definition }) => definition.name);
  // A kill may leave the index of the upkeep, which is a part of the definition.
  if (!names.includes('work')) await makeWork(db);
  const accounts = await db.newCollection('accounts', { balance: { type: 'Int' } });
  if ((await accounts.query().count()) > 0) return;
  await accounts.insertMany(allAccounts(callerCount).map((id) => ({ id, balance: 0 })));
}

async function makeWork(db: Database): Promise<void> {
  await db.newCollection(
    'work',
    {
      caller: { type: 'Int', indexed: true },
      number: { type: 'Int' },
      version: { type: 'Int', indexed: true },
      code: { type: 'String', unique: true },
      group: { type: 'Int', indexed: true },
      text: { type: 'String' },
      tags: { type: ['String'], indexed: true },
    },
    { open: true, indexes: [{ fields: ['caller', 'version'] }] },
  );
}

/** Callers meet on the accounts; who loses every attempt begins anew, as a program would. */
async function untilNoConflict(action: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof AuroraError && error.code === 'WriteConflict')) throw error;
    }
  }
}

async function applyStep(db: Database, step: WorkStep): Promise<void> {
  const work = db.query('work');
  switch (step.kind) {
    case 'insert':
      await db.insertInto('work', step.document);
      return;
    case 'bulk':
      await db.insertMany('work', step.documents);
      return;
    case 'update':
      return expectCount(1, await work.filter((f) => f.eq('id', step.id)).update(step.changes));
    case 'delete':
      return expectCount(1, await work.filter((f) => f.eq('id', step.id)).delete());
    case 'deleteGroup':
      return expectCount(
        step.ids.length,
        await work.filter((f) => f.eq('group', step.group)).delete(),
      );
    case 'increment': {
      const accounts = db.query('accounts').filter((f) => f.inValues('id', step.accounts));
      return expectCount(2, await accounts.update({ balance: { increment: 1 } }));
    }
    case 'transfer':
      return step.amount % 2 === 0 ? transferByText(db, step) : transferInTransaction(db, step);
  }
}

type Transfer = Extract<WorkStep, { kind: 'transfer' }>;

async function transferByText(db: Database, step: Transfer): Promise<void> {
  const { from, to, amount, document } = step;
  await db.execute(transferText, { variables: { from, to, amount, document } });
}

function transferInTransaction(db: Database, { from, to, amount, document }: Transfer) {
  return db.transaction(async (tx) => {
    const add = (id: string, by: number): Promise<number> =>
      tx
        .query('accounts')
        .filter((f) => f.eq('id', id))
        .update({ balance: { increment: by } });
    expectCount(1, await add(from, -amount));
    await tx.insertInto('work', document);
    expectCount(1, await add(to, amount));
  });
}

function expectCount(wanted: number, found: number): void {
  if (wanted !== found) throw new Error(`A step changed ${found} documents instead of ${wanted}.`);
}

async function readState(db: Database): Promise<WorkState> {
  const names = (await db.collections()).map(({ definition }) => definition.name);
  const documents = names.includes('work') ? await db.query('work').collect() : [];
  const accounts = names.includes('accounts') ? await db.query('accounts').collect() : [];
  return {
    documents: new Map(
      documents.map((document) => [
        document.id,
        { caller: Number(document['caller']), text: canonicalText(document) },
      ]),
    ),
    balances: new Map(accounts.map((account) => [account.id, Number(account['balance'])])),
  };
}
