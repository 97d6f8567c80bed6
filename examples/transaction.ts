import { Aurora } from 'aurora-studio/engine';

const db = await Aurora.open(':memory:');
await db.execute('schema { define collection accounts { owner: String! @unique  balance: Int! } }');
const [from = '', to = ''] = await db.insertMany('accounts', [
  { owner: 'Ann', balance: 100 },
  { owner: 'Ben', balance: 0 },
]);
await db.transaction(async (tx) => {
  await tx
    .query('accounts')
    .filter((f) => f.eq('id', from))
    .update({ balance: { decrement: 40 } });
  await tx
    .query('accounts')
    .filter((f) => f.eq('id', to))
    .update({ balance: { increment: 40 } });
});
const { data } = await db.execute('{ accounts(orderBy: { owner: ASC }) { owner balance } }');
console.log(JSON.stringify(data));
await db.close();

// Prints: {"accounts":[{"owner":"Ann","balance":60},{"owner":"Ben","balance":40}]}
