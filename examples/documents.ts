import { Aurora } from 'aurora-studio/engine';

const db = await Aurora.open('myapp.db');
const users = await db.newCollection('users', {
  name: { type: 'String' },
  email: { type: 'String', unique: true },
  age: { type: 'Int', indexed: true, nullable: true },
});
const id = await users.insert({ name: 'Alice', email: 'alice@example.com', age: 30 });
const adults = await db
  .query('users')
  .filter((f) => f.gt('age', 25))
  .orderBy('age', 'desc')
  .limit(10)
  .collect();
const result = await db.execute('query { users(where: { age: { gt: 25 } }) { name } }');
const prepared = db.aql`query($min: Int) { users(where: { age: { gt: $min } }) { name } }`;
const found = await prepared.execute({ min: 25 });
console.log(users.get(id)?.name, adults.length, result.data, found.data);
await db.close();

// Prints: Alice 1 { users: [ { name: 'Alice' } ] } { users: [ { name: 'Alice' } ] }
