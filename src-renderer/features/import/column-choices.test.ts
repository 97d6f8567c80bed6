import { describe, expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo, ImportInspectionInfo, WireScalarType } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import {
  choicesOf,
  columnOrders,
  missingFields,
  obstaclesOf,
  typeOptions,
  upsertKeys,
} from './column-choices.ts';

const scalar = (name: WireScalarType) => ({ kind: 'scalar', name }) as const;

const column = (source: string, field: string, isDefined: boolean) => ({
  ...{ source, field, isDefined, nullable: true },
  ...{ type: scalar('String'), foundType: scalar('Int') },
});

const inspection: ImportInspectionInfo = {
  format: 'csv',
  delimiter: ',',
  columns: [
    column('Name', 'name', true),
    column('Age', 'age', true),
    column('Shoe', 'Shoe', false),
  ],
  records: [],
  recordCount: 0,
  isWhole: true,
};

const field = (name: string, more: Partial<FieldInfo> = {}): FieldInfo => ({
  ...{ name, type: scalar('String'), nullable: true, unique: false, indexed: false },
  ...more,
});

const people: CollectionInfo = {
  name: 'people',
  open: false,
  documentCount: 0,
  fields: [
    field('name', { unique: true, nullable: false }),
    field('age'),
    field('role', { nullable: false, default: { kind: 'value', value: 'member' } }),
    field('city', { nullable: false }),
  ],
  definedIndexes: [],
  indexes: [],
};

describe('columns of a file', () => {
  it('go to fields that are there; others are left out where the schema is closed', () => {
    const skipped = (target: CollectionInfo | undefined) =>
      choicesOf(inspection, target).map(({ isSkipped }) => isSkipped);
    expect([skipped(people), skipped({ ...people, open: true }), skipped(undefined)]).toEqual([
      [false, false, true],
      [false, false, false],
      [false, false, false],
    ]);
  });

  it('are ordered with their fields, and with types only where the import defines them', () => {
    const changed = choicesOf(inspection, undefined).map((choice) =>
      choice.source === 'Age' ? { ...choice, type: scalar('Int') } : choice,
    );
    expect(columnOrders(changed, undefined)).toEqual([
      { source: 'Name', field: 'name', type: scalar('String') },
      { source: 'Age', field: 'age' },
      { source: 'Shoe', field: 'Shoe', type: scalar('String') },
    ]);
    expect(columnOrders(choicesOf(inspection, people), people)).toEqual([
      { source: 'Name', field: 'name' },
      { source: 'Age', field: 'age' },
      { source: 'Shoe', isSkipped: true },
    ]);
  });

  it('cannot share a field, or go to one that cannot be', () => {
    const [first, second, third] = choicesOf(inspection, undefined);
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    const all = [first, { ...second, field: 'name' }, { ...third, field: 'US Gross' }];
    expect(obstaclesOf(all)).toEqual([
      '"Name" and "Age" both go to "name".',
      '"US Gross" is no name for a field.',
    ]);
    expect(obstaclesOf([{ ...first, isSkipped: true }])).toEqual(['Every column is left out.']);
    expect(obstaclesOf([{ ...first, field: '' }])).toEqual(['"Name" has no field.']);
  });

  it('tell which fields nobody gives, and by which documents can be found', () => {
    const choices = choicesOf(inspection, people);
    expect(missingFields(choices, people)).toEqual(['city']);
    expect(missingFields(choices, undefined)).toEqual([]);
    expect(upsertKeys(choices, people)).toEqual(['name']);
    const withoutName = choices.map((choice) => ({
      ...choice,
      isSkipped: choice.field === 'name',
    }));
    expect(upsertKeys(withoutName, people)).toEqual([]);
    expect(upsertKeys(choices, undefined)).toEqual([]);
  });

  it('can have each type once, what was found first', () => {
    const list = { kind: 'list', element: scalar('Int') } as const;
    const texts = typeOptions(list).map((type) => typeText(type));
    expect([texts[0], texts.length, new Set(texts).size]).toEqual(['[Int]', 12, 12]);
  });
});
