import { describe, expect, it } from 'vitest';
import type { FieldInfo, WireFieldType } from '#contract';
import { recordEdits, recordFaults, recordHints, recordText } from './record-editing.ts';

const scalar = (name: Extract<WireFieldType, { kind: 'scalar' }>['name']): WireFieldType => ({
  kind: 'scalar',
  name,
});
const field = (name: string, type: WireFieldType, rest: Partial<FieldInfo> = {}): FieldInfo => ({
  ...{ name, type, nullable: true, unique: false, indexed: false },
  ...rest,
});
const films = {
  ...{ name: 'films', open: false },
  fields: [
    field('title', scalar('String'), { nullable: false, validate: { maxLength: 5 } }),
    field('year', scalar('Int')),
    field('seen', scalar('Boolean')),
    field('released', scalar('DateTime')),
    field('tags', { kind: 'list', element: scalar('String') }),
    field('info', scalar('Object')),
  ],
};
const shown = { id: 'a', title: 'Ran', year: 1985, info: { by: 'AK', in: ['jp'] } };
const edits = (text: string, shape = films) =>
  recordEdits(text, shown, shape)?.map(({ field: name, value }) => [name, value]);
const messages = (text: string, shape = films) =>
  recordFaults(text, shape).map(({ member, message }) => [member, message]);

describe('a document as text', () => {
  it('is shown without its id, and is no edit while it says the same', () => {
    const text = recordText(shown);
    expect(text).not.toContain('"id"');
    expect([edits(text), messages(text)]).toEqual([[], []]);
    expect(edits('{ "info": { "in": ["jp"], "by": "AK" }, "year": 1985, "title": "Ran" }')).toEqual(
      [],
    );
  });

  it('edits the fields that differ, and unsets those that are left out', () => {
    expect(
      edits('{ "title": "M", "year": null, "tags": ["a"], "released": "1931-05-11" }'),
    ).toEqual([
      ['title', 'M'],
      ['year', null],
      ['info', undefined],
      ['tags', ['a']],
      ['released', '1931-05-11T00:00:00.000Z'],
    ]);
    const [first] = recordEdits('{ "title": "M" }', shown, films) ?? [];
    expect(first?.shown).toBe(shown);
  });

  it('is no edit while it holds what a document cannot', () => {
    expect([
      messages('{ "title": "Ran", "info": { "a": 1e999 } }'),
      messages('{ "title": "Ran", "title": "M" }'),
    ]).toEqual([
      [['info', '1e999 is too large: numbers go up to about 1.8e308.']],
      [['title', '"title" stands twice in one object: only the last one would be kept.']],
    ]);
    expect(edits('{ "title": "Ran", "info": { "a": 1e999 } }')).toBeUndefined();
  });

  it('is never another document, whatever id it names', () => {
    const open = { ...films, open: true };
    expect(
      edits(
        '{ "id": "b", "title": "Ran", "year": 1985, "info": { "by": "AK", "in": ["jp"] } }',
        open,
      ),
    ).toEqual([]);
  });

  it('is no edit while a member is wrong, which is told of each', () => {
    const text = '{ "year": "1985", "seen": 1, "tags": [1], "info": [], "color": true }';
    expect(edits(text)).toBeUndefined();
    expect(messages(text).map(([member]) => member)).toEqual([
      ...['color', 'title', 'year', 'seen', 'tags', 'info'],
    ]);
    expect(messages('{ "title": "Kagemusha" }')).toEqual([
      ['title', 'title may have 5 characters.'],
    ]);
    expect(messages('{ "title": "M", "year": 1.5 }')).toEqual([
      ['year', 'This is not a whole number.'],
    ]);
  });

  it('may have members that the schema does not name where the collection is open', () => {
    const open = { ...films, open: true };
    const text =
      '{ "title": "Ran", "year": 1985, "info": { "by": "AK", "in": ["jp"] }, "color": true }';
    expect([messages(text, open), edits(text, open)]).toEqual([[], [['color', true]]]);
  });

  it('is nothing yet while it is no object in JSON', () => {
    for (const text of ['', '{', '[]', 'null', '3']) {
      expect([edits(text), messages(text)]).toEqual([undefined, []]);
    }
  });

  it('is completed by what the schema and a sample know', () => {
    const hints = recordHints(films, {
      'films.title': [{ value: 'Ran', count: 2 }],
      'films.info.by': [{ value: 'AK', count: 1 }],
      'shows.info.by': [{ value: 'no', count: 1 }],
    });
    expect(hints.find(({ path }) => path === 'title')?.values).toEqual(['"Ran"']);
    expect(hints.filter(({ path }) => path.includes('.')).map(({ path }) => path)).toEqual([
      'info.by',
    ]);
  });
});
