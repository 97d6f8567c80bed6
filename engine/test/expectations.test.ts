import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aurora, type Database, readExpectations, testText } from '#engine';

let db: Database;
beforeAll(async () => {
  db = await Aurora.open({ store: 'memory' });
  await db.newCollection('films', { title: { type: 'String' }, year: { type: 'Int' } });
  const years = [1995, 1999, 1995];
  await db.insertMany(
    'films',
    years.map((year, at) => ({ title: `Film ${at}`, year })),
  );
});
afterAll(() => db.close());

const query = 'query($y: Int) { films(where: { year: { eq: $y } }) { title } }';
const tested = async (comments: string, text = query) => {
  const { outcome, differences } = await testText(db, `${comments}\n${text}`);
  return [outcome, ...differences];
};

describe('a text that says what it must give', () => {
  it('is read from its comments, over several lines, beside other comments', () => {
    const text = `# Films of a year.
# given { "y": 1995 }
# expect count: 2
# expect rows [
#   { "title": "Film 0" },
#   { "title": "Film 2" }
# ]
# That is all.
# expect error UnknownField
${query} # expect nothing here`;
    expect(readExpectations(text)).toEqual({
      ...{ variables: { y: 1995 }, count: 2, error: 'UnknownField' },
      rows: [{ title: 'Film 0' }, { title: 'Film 2' }],
    });
  });

  it('is met by count, rows and error', async () => {
    const given = '# given { "y": 1995 }\n';
    expect(await tested(`${given}# expect count 2`)).toEqual(['met']);
    const rows = '[{ "title": "Film 0" }, { "title": "Film 2" }]';
    expect(await tested(`${given}# expect rows ${rows}`)).toEqual(['met']);
    expect(await tested('# expect error UnknownField', '{ films { colour } }')).toEqual(['met']);
    const total = '{ films { aggregate { count } } }';
    expect(await tested('# expect rows { "aggregate": { "count": 3 } }', total)).toEqual(['met']);
    expect(await tested('# nothing is expected')).toEqual(['none']);
  });

  it('says where what it gives differs', async () => {
    const given = '# given { "y": 1995 }\n';
    expect(await tested(`${given}# expect count 3`)).toEqual([
      'unmet',
      'It gives 2 where 3 are expected.',
    ]);
    const rows = '[{ "title": "Film 0" }, { "title": "Film 1", "year": 1 }]';
    expect(await tested(`${given}# expect rows ${rows}`)).toEqual([
      'unmet',
      '"title" in row 2 of the result is "Film 2" where "Film 1" is expected.',
      '"year" in row 2 of the result is missing.',
    ]);
    expect(await tested(`${given}# expect error UnknownField`)).toEqual([
      'unmet',
      'It runs, where UnknownField is expected.',
    ]);
    expect((await tested('# expect count 1', '{ films { colour } }'))[1]).toMatch(
      /^It fails with UnknownField: /,
    );
    expect((await tested('# expect count many'))[1]).toMatch(/whole number/);
  });

  it('is not run when it writes', async () => {
    const write = 'mutation { deleteFrom(collection: "films", where: {}) { id } }';
    expect((await tested('# expect count 3', write))[1]).toMatch(/only queries/);
    expect(await db.query('films').count()).toBe(3);
  });
});
