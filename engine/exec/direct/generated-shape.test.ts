import { describe, expect, it } from 'vitest';
import type { FieldType } from '#engine/aql';
import type { StoredDocument, StoredValue } from '../../values/stored-value.ts';
import { compileProjection } from '../projection.ts';
import type { ProjectedField } from '../selection.ts';
import { compileListUnder, compileObject, compileShape } from './generated-shape.ts';

const text: FieldType = { kind: 'scalar', name: 'String' };
const selection: readonly ProjectedField[] = [
  fieldOf('id', { kind: 'scalar', name: 'Uuid' }),
  fieldOf('name', text),
  { ...fieldOf('name', text), responseKey: 'it\'s "named"' },
  fieldOf('at', { kind: 'scalar', name: 'DateTime' }),
  fieldOf('tags', { kind: 'list', element: text }),
  fieldOf('any', { kind: 'scalar', name: 'Any' }),
];

function fieldOf(name: string, type: FieldType): ProjectedField {
  const span = { start: 0, end: 0 };
  return { kind: 'field', responseKey: name, path: [name], type, nullable: true, span };
}

/** A document for each choice of what is set, null, of the declared type, and of none that was declared. */
function documents(): readonly StoredDocument[] {
  const choices: readonly (readonly [string, readonly (StoredValue | undefined)[]])[] = [
    ['name', [undefined, null, 'a', { of: ['another', 'type'] }]],
    ['at', [undefined, null, 1_700_000_000_000]],
    ['tags', [undefined, null, [], ['a', null, { b: [1] }], 'no list']],
    ['any', [undefined, null, 1, { b: [{}] }]],
  ];
  let made: readonly StoredDocument[] = [{ id: '0190a1b2-0000-7000-8000-000000000001' }];
  for (const [name, values] of choices) {
    made = made.flatMap((each) =>
      values.map((value) => (value === undefined ? each : { ...each, [name]: value })),
    );
  }
  return made;
}

describe('a shape that is used often', () => {
  it.each(['null', 'absent'] as const)(
    'shows what a projection shows, fields that are not set as %s',
    (missing) => {
      const shape = compileShape(selection, missing);
      const projected = compileProjection(selection, missing);
      const all = documents();
      // More often than it takes until the shape is generated.
      for (let round = 0; round < 4; round += 1) {
        expect(all.map(shape)).toEqual(all.map(projected));
      }
    },
  );

  it('shows the same in lists, under any key', () => {
    const projected = compileProjection(selection, 'null');
    const all = documents();
    for (const key of ['node', '__proto__', '"; throw 1; "']) {
      const list = compileListUnder(key, selection);
      const found = [1, 2, 3, 4].map(() => list(all));
      const expected = all.map((each) => [[key, projected(each)]]);
      for (const given of found)
        expect(given.map((each) => Object.entries(each))).toEqual(expected);
    }
  });

  it('gives values that are its own', () => {
    const shape = compileShape(selection, 'null');
    const stored = documents().findLast(({ tags }) => Array.isArray(tags));
    const given = Array.from({ length: 600 }, () => shape(stored ?? { id: '' }));
    expect(new Set(given.map(({ tags }) => tags)).size).toBe(600);
    expect(given.some(({ tags }) => tags === stored?.['tags'])).toBe(false);
  });

  it('puts what functions read under any key, "__proto__" among them', () => {
    for (const key of ['node', '__proto__', '"; throw 1; "']) {
      const columns = [{ key, read: ({ id }: StoredDocument) => id }];
      const shape = compileObject(columns, (each) => Object.fromEntries([[key, each.id]]));
      const given = Array.from({ length: 600 }, (_, at) => shape({ id: String(at) }));
      expect(given.map((each) => Object.entries(each))).toEqual(
        given.map((_, at) => [[key, String(at)]]),
      );
    }
  });
});
