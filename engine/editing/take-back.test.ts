import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aurora } from '../aurora.ts';
import type { Database } from '../database.ts';
import { documents, everyTypeIndexed, filters } from '../testing/arbitraries.ts';

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-take-back-'));
  db = await Aurora.open(join(folder, 'edited.db'));
  await db.execute('schema { define collection films { title: String! year: Int info: Object } }');
});

afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(text: string, variables = {}) {
  const result = await db.execute(text, { variables });
  const { epoch } = await db.position();
  if (result.kind !== 'mutation' || result.lsn === undefined) throw new Error('it commits');
  return { epoch, lsn: result.lsn };
}

async function takeBack(position: { readonly epoch: number; readonly lsn: number }) {
  const inverse = await db.inverseOf(position);
  if (inverse.text === undefined) throw new Error(JSON.stringify(inverse.obstacles));
  return run(inverse.text);
}

const all = () => db.query('films').collect();

describe('the history of a document', () => {
  it('gives what each commit made of it, the newest first, and across a restart', async () => {
    const id = await db.insertInto('films', { title: 'Heat', year: 1995 });
    await db.query('films').update({ year: 1996 });
    await db.insertInto('films', { title: 'Ran' });
    await db.close();
    db = await Aurora.open(join(folder, 'edited.db'));
    await db
      .query('films')
      .filter((f) => f.eq('id', id))
      .delete();
    const { changes, isComplete } = await db.historyOf('films', id);
    expect(isComplete).toBe(true);
    expect(
      changes.map(({ changeType, before, after, changedFields }) => [
        changeType,
        before?.['year'],
        after?.['year'],
        changedFields,
      ]),
    ).toEqual([
      ['Delete', 1996, undefined, ['id', 'title', 'year']],
      ['Update', 1995, 1996, ['year']],
      ['Insert', undefined, 1995, ['id', 'title', 'year']],
    ]);
    expect(changes.map(({ togetherCount }) => togetherCount)).toEqual([0, 0, 0]);
    const newest = await db.historyOf('films', id, { limit: 1 });
    expect([newest.changes.length, newest.isComplete]).toEqual([1, false]);
  });
});

describe('the history of a job', () => {
  it('tells with which data it was enqueued', async () => {
    const { data } = await db.execute(
      `mutation { insertInto(collection: "films", data: { title: "Heat" }) { id } enqueueJob(jobType: "mail") { id } }`,
    );
    const idOf = (written: unknown) => {
      const [first] = [written].flat();
      return first instanceof Object && 'id' in first ? String(first.id) : '';
    };
    const { changes } = await db.historyOf('_jobs', idOf(data['enqueueJob']));
    expect(changes).toMatchObject([
      {
        changeType: 'Insert',
        together: [{ collection: 'films', id: idOf(data['insertInto']), changeType: 'Insert' }],
        togetherCount: 1,
      },
    ]);
  });
});

describe('taking a commit back', () => {
  it('gives fields, objects and documents back, and can be taken back itself', async () => {
    const ids = await db.insertMany('films', [
      { title: 'Heat', year: 1995, info: { set: 1 } },
      { title: 'Ran' },
      { title: 'M', year: 1931 },
    ]);
    const before = await all();
    const position = await run(
      `mutation ($gone: Uuid) {
        update(
          collection: "films"
          where: { id: { ne: $gone } }
          data: { year: { set: 2000 }, info: { a: 1, "b c": [null, "x\\u0001\\""] } }
        ) { id }
        deleteFrom(collection: "films", where: { id: { eq: $gone } }) { id }
        insertInto(collection: "films", data: { title: "New", year: 1 }) { id }
      }`,
      { gone: ids[2] },
    );
    const after = await all();
    const again = await takeBack(position);
    expect(await all()).toEqual(before);
    await takeBack(again);
    expect(await all()).toEqual(after);
  });

  it('gives back what an open collection does not declare', async () => {
    await db.newCollection('loose', { title: { type: 'String' } }, { open: true });
    const documents = [
      { title: 'one key', more: { z: 1 } },
      { title: 'none' },
      { title: 'named as operators', more: { set: 1 }, extra: { unset: true } },
    ];
    await db.insertMany('loose', documents);
    const stored = () => db.query('loose').collect();
    const before = await stored();
    const position = await run(
      'mutation { update(collection: "loose", where: {}, data: { more: { set: { q: 5 } }, extra: { unset: true } }) { id } }',
    );
    const after = await stored();
    expect(after.map((each) => Reflect.get(each, 'more'))).toEqual([{ q: 5 }, { q: 5 }, { q: 5 }]);
    expect(after.some((each) => Reflect.has(each, 'extra'))).toBe(false);
    const again = await takeBack(position);
    expect(await stored()).toEqual(before);
    await takeBack(again);
    expect(await stored()).toEqual(after);
  });

  it('is refused where a later write touched the same, and lets other fields be', async () => {
    const [heat = '', ran = ''] = await db.insertMany('films', [
      { title: 'Heat', year: 1 },
      { title: 'Ran', year: 2 },
    ]);
    const position = await run(
      'mutation { update(collection: "films", where: {}, data: { year: 9 }) { id } }',
    );
    await db
      .query('films')
      .filter((f) => f.eq('id', heat))
      .update({ title: 'Heat!' });
    await db
      .query('films')
      .filter((f) => f.eq('id', ran))
      .update({ year: 10 });
    const refused = await db.inverseOf(position);
    expect(refused).toMatchObject({
      documentCount: 2,
      obstacles: [{ collection: 'films', id: ran, reason: 'changed', fields: ['year'] }],
    });
    expect(refused.text).toBeUndefined();
    await db
      .query('films')
      .filter((f) => f.eq('id', ran))
      .update({ year: 9 });
    await takeBack(position);
    expect((await all()).map(({ title, year }) => [title, year])).toEqual([
      ['Heat!', 1],
      ['Ran', 2],
    ]);
  });

  it('says that documents are gone, or back, or belong to jobs, or that the commit is not kept', async () => {
    const inserted = await run(
      'mutation { insertInto(collection: "films", data: { title: "A" }) { id } }',
    );
    const [{ id } = { id: '' }] = await all();
    const deleted = await run('mutation { deleteFrom(collection: "films", where: {}) { id } }');
    expect((await db.inverseOf(inserted)).obstacles).toMatchObject([{ id, reason: 'gone' }]);
    await db.insertInto('films', { id, title: 'B' });
    expect((await db.inverseOf(deleted)).obstacles).toMatchObject([{ id, reason: 'back' }]);
    const enqueued = await run('mutation { enqueueJob(jobType: "x") { id } }');
    expect(
      (await db.inverseOf(enqueued)).obstacles.every(({ reason }) => reason === 'ofEngine'),
    ).toBe(true);
    await expect(db.inverseOf({ ...inserted, epoch: inserted.epoch + 7 })).rejects.toMatchObject({
      code: 'ChangeLogGap',
    });
    await expect(db.inverseOf({ epoch: 1, lsn: 1_000_000 })).rejects.toMatchObject({
      code: 'ChangeLogGap',
    });
  });

  it('leaves random documents as they were before random mutations', async () => {
    await db.newCollection('every', everyTypeIndexed);
    const documentsOf = () => db.query('every').collect();
    const property = fc.asyncProperty(
      fc.array(documents, { minLength: 1, maxLength: 4 }),
      filters,
      documents,
      async (list, where, data) => {
        await db.insertMany('every', list);
        const before = await documentsOf();
        const result = await db.execute(
          `mutation ($where: Object, $data: Any, $list: Any) {
          update(collection: "every", where: $where, data: $data) { id }
          insertMany(collection: "every", data: $list) { id }
          deleteFrom(collection: "every", where: { n: { gt: 1 } }) { id }
        }`,
          { variables: { where, data, list } },
        );
        const after = await documentsOf();
        if (result.kind !== 'mutation' || result.lsn === undefined) return;
        const { epoch } = await db.position();
        const again = await takeBack({ epoch, lsn: result.lsn });
        expect(await documentsOf()).toEqual(before);
        await takeBack(again);
        expect(await documentsOf()).toEqual(after);
      },
    );
    await fc.assert(property, { numRuns: 25, interruptAfterTimeLimit: 8_000 });
  });
});
