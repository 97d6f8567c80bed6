import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora, AuroraError, type Database, type Transaction } from '#engine';

let db: Database;
beforeEach(async () => {
  db = await Aurora.open({ store: 'memory' });
  await db.newCollection('accounts', {
    owner: { type: 'String', unique: true },
    balance: { type: 'Int', indexed: true },
    tags: { type: ['String'], indexed: true, nullable: true },
    note: { type: 'String', nullable: true },
  });
});
afterEach(() => db.close());

const ids = (documents: readonly { readonly id: string }[]) => documents.map(({ id }) => id);

async function errorOf(promise: Promise<unknown>): Promise<AuroraError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AuroraError) return error;
  throw new Error(`Expected an AuroraError, got ${String(error)}.`);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await errorOf(promise)).code;
}

const insertThree = (tx: Pick<Transaction, 'insertMany'>) =>
  tx.insertMany('accounts', [
    { owner: 'Ada', balance: 10, tags: ['a', 'b'] },
    { owner: 'Bob', balance: 20 },
    { owner: 'Cleo', balance: 30, tags: ['b'] },
  ]);

describe('a transaction', () => {
  it('gives the value of its callback, and is one commit', async () => {
    const commits: number[] = [];
    db.onDidCommit(({ sequence }) => commits.push(sequence));
    const value = await db.transaction(async (tx) => {
      await insertThree(tx);
      await tx
        .query('accounts')
        .filter((f) => f.eq('owner', 'Bob'))
        .update({ balance: { increment: 5 } });
      await tx
        .query('accounts')
        .filter((f) => f.eq('owner', 'Cleo'))
        .delete();
      expect(commits).toEqual([]);
      expect(await db.query('accounts').count()).toBe(0);
      return 'done';
    });
    expect([value, commits.length]).toEqual(['done', 1]);
    const accounts = await db.query('accounts').orderBy('balance').collect();
    expect(accounts.map(({ owner, balance }) => [owner, balance])).toEqual([
      ['Ada', 10],
      ['Bob', 25],
    ]);
  });

  it('makes no commit when it only reads, or undoes what it did', async () => {
    const [, bob = ''] = await insertThree(db);
    const commits: number[] = [];
    db.onDidCommit(({ sequence }) => commits.push(sequence));
    expect(await db.transaction((tx) => tx.get('accounts', bob)?.['owner'])).toBe('Bob');
    await db.transaction(async (tx) => {
      const id = await tx.insertInto('accounts', { owner: 'Dan', balance: 0 });
      await tx
        .query('accounts')
        .filter((f) => f.eq('id', id))
        .delete();
    });
    expect(commits).toEqual([]);
  });

  /**
   * One statement wrote a document and inserted another one under its id. Whatever a statement wrote counted as gone,
   * so the transaction took both, and only its commit would have refused them. Random previews found it.
   */
  it('refuses an id that a document has which the same statement changes', async () => {
    const [ada = ''] = await insertThree(db);
    const code = codeOf(
      db.transaction(async (tx) => {
        const twin = tx.execute(
          `mutation ($id: Uuid!) {
            update(collection: "accounts", where: { id: { eq: $id } }, data: { balance: 1 }) { id }
            insertInto(collection: "accounts", data: { id: $id, owner: "Twin", balance: 2 }) { id }
          }`,
          { variables: { id: ada } },
        );
        expect(await codeOf(twin)).toBe('UniqueConstraintViolation');
        expect(tx.get('accounts', ada)?.['balance']).toBe(10);
        throw new AuroraError('Cancelled', 'Seen enough.');
      }),
    );
    expect(await code).toBe('Cancelled');
  });

  it('leaves nothing when its callback throws, and throws the same', async () => {
    const failure = new Error('no');
    const outcome = db.transaction(async (tx) => {
      await insertThree(tx);
      throw failure;
    });
    await expect(outcome).rejects.toBe(failure);
    expect(await db.query('accounts').count()).toBe(0);
  });

  it('reads its own writes with every form of read', async () => {
    const [ada = '', bob = '', cleo = ''] = await insertThree(db);
    await db.transaction(async (tx) => {
      const dan = await tx.insertInto('accounts', { owner: 'Dan', balance: 25, tags: ['a'] });
      await tx.execute(
        'mutation { update(collection: "accounts", data: { balance: 99, tags: ["c"] }, where: { owner: { eq: "Ada" } }) { id } }',
      );
      await tx
        .query('accounts')
        .filter((f) => f.eq('id', bob))
        .delete();
      expect([tx.get('accounts', bob), tx.get('accounts', dan)?.['owner']]).toEqual([
        undefined,
        'Dan',
      ]);
      expect((await tx.find('accounts', ada))?.['balance']).toBe(99);
      const all = tx.query('accounts');
      expect(await all.count()).toBe(3);
      expect(ids(await all.collect())).toEqual([ada, cleo, dan]);
      expect(ids(await all.orderBy('id', 'desc').collect())).toEqual([dan, cleo, ada]);
      expect(ids(await all.orderBy('balance').collect())).toEqual([dan, cleo, ada]);
      expect(ids(await all.orderBy('balance', 'desc').limit(1).offset(1).collect())).toEqual([
        cleo,
      ]);
      expect(ids(await all.filter((f) => f.between('balance', 21, 40)).collect())).toEqual([
        cleo,
        dan,
      ]);
      expect(await all.filter((f) => f.gt('balance', 20)).count()).toBe(3);
      expect((await all.filter((f) => f.eq('owner', 'Dan')).firstOne())?.id).toBe(dan);
      expect(await all.filter((f) => f.eq('owner', 'Bob')).firstOne()).toBeUndefined();
      expect(ids(await all.filter((f) => f.contains('tags', 'a')).collect())).toEqual([dan]);
      const result = await tx.execute(
        'query { accounts(where: { note: { isNull: true } }) { owner } }',
      );
      expect(result.data['accounts']).toEqual([
        { owner: 'Ada' },
        { owner: 'Cleo' },
        { owner: 'Dan' },
      ]);
    });
  });

  it('sees the moment of its beginning, whatever others commit', async () => {
    const [ada = ''] = await insertThree(db);
    await db.transaction(async (tx) => {
      await db
        .query('accounts')
        .filter((f) => f.eq('id', ada))
        .update({ balance: 11 });
      await db.insertInto('accounts', { owner: 'Dan', balance: 1 });
      expect(tx.get('accounts', ada)?.['balance']).toBe(10);
      expect(await tx.query('accounts').count()).toBe(3);
    });
  });

  it('fails with WriteConflict when another one has changed its document, and changes nothing', async () => {
    const [ada = '', bob = ''] = await insertThree(db);
    const add = (id: string) => (tx: Transaction) =>
      tx
        .query('accounts')
        .filter((f) => f.eq('id', id))
        .update({ balance: { increment: 1 } });
    const outcome = db.transaction(async (tx) => {
      await add(bob)(tx);
      await add(ada)(tx);
      await db.transaction(add(ada));
    });
    expect(await codeOf(outcome)).toBe('WriteConflict');
    expect([db.get('accounts', ada)?.['balance'], db.get('accounts', bob)?.['balance']]).toEqual([
      11, 20,
    ]);
  });

  it('refuses a second unique value at once, and goes on as if the call had not been', async () => {
    const [, bob = ''] = await insertThree(db);
    await db.transaction(async (tx) => {
      const taken = tx.insertMany('accounts', [
        { owner: 'New', balance: 1 },
        { owner: 'Ada', balance: 1 },
      ]);
      expect(await codeOf(taken)).toBe('UniqueConstraintViolation');
      await tx.insertInto('accounts', { owner: 'New', balance: 2 });
      expect(await codeOf(tx.insertInto('accounts', { owner: 'New', balance: 3 }))).toBe(
        'UniqueConstraintViolation',
      );
      expect(await codeOf(tx.insertInto('accounts', { id: bob, owner: 'Else', balance: 3 }))).toBe(
        'UniqueConstraintViolation',
      );
      await tx
        .query('accounts')
        .filter((f) => f.eq('owner', 'Ada'))
        .delete();
      await tx.insertInto('accounts', { owner: 'Ada', balance: 4 });
      await tx
        .query('accounts')
        .filter((f) => f.eq('owner', 'Bob'))
        .delete();
      await tx.insertInto('accounts', { id: bob, owner: 'Bob', balance: 5 });
    });
    const accounts = await db.query('accounts').orderBy('balance').collect();
    expect(accounts.map(({ owner, balance }) => [owner, balance])).toEqual([
      ['New', 2],
      ['Ada', 4],
      ['Bob', 5],
      ['Cleo', 30],
    ]);
  });

  it('has a bound for what it changes', async () => {
    const batch = Array.from({ length: 5_000 }, (_, at) => ({ owner: `o${at}`, balance: at }));
    const outcome = db.transaction(
      async (tx) => {
        await tx.insertMany('accounts', batch);
        await tx.insertMany(
          'accounts',
          batch.map(({ owner, balance }) => ({ owner: `${owner}x`, balance })),
        );
        await tx.insertInto('accounts', { owner: 'one more', balance: 0 });
      },
      { timeoutMs: 60_000 },
    );
    expect(await codeOf(outcome)).toBe('TransactionTooLarge');
    expect(await db.query('accounts').count()).toBe(0);
  });

  it('refuses schema blocks and migrations, and what stands behind an error of a text', async () => {
    await db.transaction(async (tx) => {
      expect(await codeOf(tx.execute('schema { define collection other { name: String } }'))).toBe(
        'NotInTransaction',
      );
      const texts =
        'query { accounts { id } } mutation { insertInto(collection: "accounts", data: { owner: "A" }) { id } }';
      expect(await codeOf(tx.execute(texts))).toBe('ValidationError');
    });
  });
});

describe('the end of a transaction', () => {
  it('refuses later calls', async () => {
    let kept: Transaction | undefined;
    await db.transaction((tx) => {
      kept = tx;
    });
    expect(() => kept?.get('accounts', 'x')).toThrow(
      expect.objectContaining({ code: 'TransactionEnded' }),
    );
    expect(await codeOf(kept?.query('accounts').count() ?? Promise.resolve())).toBe(
      'TransactionEnded',
    );
  });

  it('finds calls that nobody has awaited, and changes nothing', async () => {
    let unawaited: Promise<unknown> | undefined;
    const error = await errorOf(
      db.transaction((tx) => {
        unawaited = insertThree(tx);
      }),
    );
    expect([error.code, error.details['runningCount']]).toEqual(['TransactionEnded', 1]);
    await unawaited;
    expect(await db.query('accounts').count()).toBe(0);
  });

  it('comes with its deadline, and does not wait for its callback', async () => {
    let after: Promise<string> | undefined;
    const outcome = db.transaction(
      (tx) => {
        after = new Promise((resolve) => setTimeout(resolve, 30)).then(() =>
          codeOf(insertThree(tx)),
        );
        return new Promise(() => undefined);
      },
      { timeoutMs: 10 },
    );
    const error = await errorOf(outcome);
    expect([error.code, error.details['timeoutMs']]).toEqual(['Timeout', 10]);
    expect(await after).toBe('TransactionEnded');
    expect(await codeOf(db.transaction(() => 1, { timeoutMs: 0 }))).toBe('InvalidOption');
  });

  it('comes with its signal', async () => {
    const abort = new AbortController();
    const outcome = db.transaction(
      async (tx) => {
        await insertThree(tx);
        abort.abort();
        await new Promise(() => undefined);
      },
      { signal: abort.signal },
    );
    expect(await codeOf(outcome)).toBe('Cancelled');
    expect(await db.query('accounts').count()).toBe(0);
  });

  it('comes when the database closes, also from inside the callback', async () => {
    const other = await Aurora.open({ store: 'memory' });
    const outcome = other.transaction(async () => {
      await other.close();
    });
    expect(await codeOf(outcome)).toBe('DatabaseClosed');
  });
});

describe('several transactions', () => {
  it('may be started inside one another and do not wait for each other', async () => {
    await db.transaction(async (tx) => {
      await tx.insertInto('accounts', { owner: 'outer', balance: 1 });
      await db.transaction((inner) => inner.insertInto('accounts', { owner: 'inner', balance: 2 }));
      expect(await tx.query('accounts').count()).toBe(1);
    });
    expect(await db.query('accounts').count()).toBe(2);
  });

  it('run the calls of one of them in order, however they were started', async () => {
    await db.transaction(async (tx) => {
      const [, count, , again] = await Promise.all([
        insertThree(tx),
        tx.query('accounts').count(),
        tx
          .query('accounts')
          .filter((f) => f.gt('balance', 10))
          .delete(),
        tx.query('accounts').count(),
      ]);
      expect([count, again]).toEqual([3, 1]);
    });
  });

  it('lose no increment when the losers try again', async () => {
    const counter = await db.insertInto('accounts', { owner: 'counter', balance: 0 });
    const increment = async (): Promise<void> => {
      for (;;) {
        try {
          await db.transaction(async (tx) => {
            const balance = Number(tx.get('accounts', counter)?.['balance']);
            await tx
              .query('accounts')
              .filter((f) => f.eq('id', counter))
              .update({ balance: balance + 1 });
          });
          return;
        } catch (error) {
          if (!(error instanceof AuroraError) || error.code !== 'WriteConflict') throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: 32 }, increment));
    expect(db.get('accounts', counter)?.['balance']).toBe(32);
  });
});
