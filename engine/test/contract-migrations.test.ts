import { expect, it } from 'vitest';
import { Aurora } from '#engine';

it('applies migrations once, and says what it did', async () => {
  const db = await Aurora.open({ store: 'memory' });
  try {
    await db.execute('schema { define collection users { email: String } }');
    await db.insertInto('users', { email: 'a@internal.com' });
    const text = `migrate { "v1.1.0": {
      alter collection users { add role: String @default(value: "member") }
      migrate data in users { set role = "admin" where { email: { endsWith: "@internal.com" } } }
    } }`;
    const applied = await db.execute(text);
    expect(applied).toMatchObject({
      kind: 'migration',
      status: 'applied',
      stepsApplied: 1,
      version: 'v1.1.0',
      steps: [{ documentsChanged: 1 }, { documentsChanged: 1 }],
    });
    const again = await db.execute(text);
    expect(again).toMatchObject({ status: 'skipped', stepsApplied: 0, version: 'v1.1.0' });
    expect((await db.execute('{ users { role } }')).data).toEqual({ users: [{ role: 'admin' }] });
  } finally {
    await db.close();
  }
});
