/* Groups, totals and texts that are found in columns, beside the same that are found in documents. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aurora, type Database } from '#engine';

const word = fc.constantFrom('a', 'ab', 'abc', 'bca', 'cab', 'aabb', 'äb', 'b😀c', '', 'xyz');
const document = fc.record({
  role: fc.option(fc.constantFrom('x', 'y', 'z')),
  age: fc.option(fc.integer({ min: -3, max: 3 })),
  active: fc.option(fc.boolean()),
  size: fc.option(fc.constantFrom(0.5, 1, 2 ** 52, -0.1)),
});
const condition = fc.constantFrom(
  '',
  'where: { age: { gte: 0 } }',
  'where: { age: { lt: 2 }, role: { ne: "x" } }',
  'where: { role: { isNull: true } }',
  'where: { age: { isNull: true } }',
  'where: { role: { in: ["x", "y"] }, age: { ne: 1 } }',
  'where: { role: { eq: "x" } }',
  'where: { active: { ne: true } }',
  'where: { active: { ne: true }, age: { gte: -1 } }',
  'where: { size: { gt: 0 } }',
);
const key = fc.constantFrom('role', 'age', 'active');
const measured = fc.constantFrom('', 'age', 'active', 'size');

function textOf(given: { condition: string; key: string; measured: string }): string {
  const { condition, key, measured } = given;
  const isNumber = measured === 'age' || measured === 'size';
  const sums = isNumber ? `s: sum(field: "${measured}") m: avg(field: "${measured}")` : '';
  const totals =
    measured === ''
      ? ''
      : `aggregate { c: count(field: "${measured}") d: countDistinct(field: "${measured}") ${sums} }`;
  const root = condition === '' ? 'notes' : `notes(${condition})`;
  return `query { ${root} { totalCount groupBy(field: "${key}") { key count ${totals} } } }`;
}

async function opened(isByColumn: boolean): Promise<Database> {
  const planner = isByColumn
    ? { columnRowsMin: 0 }
    : { disabledRules: ['column-totals', 'column-scan', 'column-count'] as const };
  const db = await Aurora.open({ store: 'memory', planner });
  await db.newCollection('notes', {
    role: { type: 'String', nullable: true },
    age: { type: 'Int', nullable: true },
    active: { type: 'Boolean', nullable: true },
    size: { type: 'Float', nullable: true },
    text: { type: 'String', nullable: true },
  });
  return db;
}

const idOf = (n: number): string => `0190a1b2-0000-7000-8000-${String(n).padStart(12, '0')}`;

async function answers(texts: readonly string[], db: Database): Promise<readonly unknown[]> {
  const given: unknown[] = [];
  for (const text of texts) given.push((await db.execute(text)).data);
  return given;
}

describe('columns give what documents give', () => {
  it('for groups with and without measures, after documents were deleted', async () => {
    const given = fc.record({
      documents: fc.array(document, { minLength: 1, maxLength: 40 }),
      deleted: fc.array(fc.nat({ max: 39 }), { maxLength: 10 }),
      asked: fc.array(fc.record({ condition, key, measured }), { minLength: 1, maxLength: 6 }),
    });
    const property = fc.asyncProperty(given, async ({ documents, deleted, asked }) => {
      const found: (readonly unknown[])[] = [];
      for (const isByColumn of [true, false]) {
        const db = await opened(isByColumn);
        await db.insertMany(
          'notes',
          documents.map((each, n) => ({ ...each, id: idOf(n) })),
        );
        for (const n of deleted) {
          await db
            .query('notes')
            .filter((f) => f.eq('id', idOf(n)))
            .delete();
        }
        found.push(await answers(asked.map(textOf), db));
        await db.close();
      }
      expect(found[0]).toEqual(found[1]);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('for texts that contain others, of which there are many different ones', async () => {
    const sizes = { minLength: 0, maxLength: 3 };
    const given = fc.record({
      parts: fc.array(fc.array(word, sizes), { minLength: 1, maxLength: 40 }),
      wanted: fc.array(fc.array(word, sizes), { minLength: 1, maxLength: 6 }),
    });
    const [byColumn, byDocument] = [await opened(true), await opened(false)];
    // More different texts than are tried one by one.
    const texts = Array.from({ length: 400 }, (_, n) => `${n} is ${n * 7_919}`);
    for (const db of [byColumn, byDocument]) {
      await db.insertMany(
        'notes',
        texts.map((text, n) => ({ text, id: idOf(n) })),
      );
    }
    let count = texts.length;
    const property = fc.asyncProperty(given, async ({ parts, wanted }) => {
      const added = parts.map((each, n) => ({ text: each.join(' '), id: idOf(count + n) }));
      count += added.length;
      const asked = wanted.map((each) => {
        const text = JSON.stringify(each.join(''));
        return `query { notes(where: { text: { contains: ${text} } }) { totalCount } }`;
      });
      const found: (readonly unknown[])[] = [];
      for (const db of [byColumn, byDocument]) {
        await db.insertMany('notes', added);
        found.push(await answers(asked, db));
      }
      expect(found[0]).toEqual(found[1]);
    });
    await fc.assert(property, { numRuns: 60 });
    await byColumn.close();
    await byDocument.close();
  });

  it('for numbers of documents with two values, after many questions and changes', async () => {
    const [byColumn, byDocument] = [await opened(true), await opened(false)];
    const text =
      'query($r: String, $a: Int) { notes(where: { role: { eq: $r }, age: { gte: $a } }) { totalCount } }';
    const some = Array.from({ length: 300 }, (_, n) => ({
      role: ['x', 'y', 'z', null][n % 4] ?? null,
      age: n % 5 === 0 ? null : n % 7,
      id: idOf(n),
    }));
    for (const db of [byColumn, byDocument]) await db.insertMany('notes', some);
    // As often as it takes until pairs of values are counted at once.
    for (let n = 0; n < 2_000; n += 1)
      await byColumn.execute(text, { variables: { r: 'x', a: 3 } });
    const change = fc.record({
      n: fc.nat({ max: 330 }),
      role: fc.option(fc.constantFrom('x', 'y', 'z', 'w')),
      age: fc.option(fc.integer({ min: 0, max: 9 })),
      isGone: fc.boolean(),
    });
    const property = fc.asyncProperty(
      fc.array(change, { maxLength: 5 }),
      fc.constantFrom('x', 'y', 'w'),
      fc.integer({ min: -1, max: 9 }),
      async (changes, r, a) => {
        const found: unknown[] = [];
        for (const db of [byColumn, byDocument]) {
          for (const { n, role, age, isGone } of changes) {
            const one = db.query('notes').filter((f) => f.eq('id', idOf(n)));
            if (isGone) await one.delete();
            else if ((await one.update({ role, age })) === 0) {
              await db.insertInto('notes', { role, age, id: idOf(n) });
            }
          }
          found.push((await db.execute(text, { variables: { r, a } })).data);
        }
        expect(found[0]).toEqual(found[1]);
      },
    );
    await fc.assert(property, { numRuns: 200 });
    await byColumn.close();
    await byDocument.close();
  });
});
