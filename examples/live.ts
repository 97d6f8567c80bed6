import { Aurora } from 'aurora-studio/engine';

const db = await Aurora.open(':memory:');
await db.newCollection('orders', { amount: { type: 'Int' }, status: { type: 'String' } });
const open = db
  .query('orders')
  .filter((f) => f.eq('status', 'open'))
  .watch();
const id = await db.insertInto('orders', { amount: 5, status: 'open' });
for await (const update of open) {
  console.log(update.type, update.old?.['amount'], update.new?.['amount']);
  if (update.type === 'Removed') break;
  const data = update.type === 'Added' ? { amount: 7 } : { status: 'sent' };
  await db
    .query('orders')
    .filter((f) => f.eq('id', id))
    .update(data);
}
await db.close();

// Prints: Added undefined 5
// Prints: Modified 5 7
// Prints: Removed 7 undefined
