import { afterEach, beforeEach, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { schemaAtVersion } from './schema-at-version.ts';
import { schemaDifference } from './schema-difference.ts';

let db: Database;

beforeEach(async () => {
  db = await Aurora.open(':memory:');
});
afterEach(() => db.close());

const versions = [
  'create collection users { name: String  age: Int }  create collection old { n: Int }',
  'alter collection users { rename name to login  add index (login, age) }  drop collection old',
  'create collection teams { name: String }  alter collection users { add role: String @indexed }',
  'alter collection users { modify role: String @default(value: "x")  add index (login) text }',
] as const;

it('is what each version left, whatever came after it', async () => {
  const left: ReturnType<Database['catalog']>[] = [];
  for (const [at, steps] of versions.entries()) {
    await db.execute(`migrate { "v${at}": { ${steps} } }`);
    left.push(db.catalog());
  }
  for (const [at, catalog] of left.entries()) {
    const found = await db.migrations.schemaAt(`v${at}`);
    expect(schemaDifference(found, catalog.collections).steps, `v${at}`).toEqual([]);
    expect(schemaDifference(catalog.collections, found).steps, `v${at}`).toEqual([]);
  }
});

it('keeps what was changed since without a migration', async () => {
  await db.execute('migrate { "v1": { create collection users { name: String } } }');
  await db.execute('schema { define collection notes { text: String } }');
  const names = (await db.migrations.schemaAt('v1')).map(({ name }) => name);
  expect(names).toEqual(['users', 'notes']);
});

it('is refused for a version that is not applied, and where what came after it is not kept', async () => {
  await expect(db.migrations.schemaAt('v1')).rejects.toMatchObject({ code: 'InvalidOption' });
  const record = {
    id: 'a',
    checksum: '',
    meaning: '',
    appliedAtMs: 0,
    elapsedMs: 0,
    documentsChanged: 0,
  };
  // As versions of Aurora recorded it that could not undo yet.
  const migrations = ['v1', 'v2'].map((version) => ({ ...record, version }));
  expect(schemaAtVersion({ collections: [], migrations }, 'v2')).toEqual([]);
  expect(() => schemaAtVersion({ collections: [], migrations }, 'v1')).toThrow('is not kept');
});
