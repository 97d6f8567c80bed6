import { describe, expect, it } from 'vitest';
import type { CollectionInfo } from '#contract';
import { markedColumns } from './marked-columns.ts';

const collection: CollectionInfo = {
  name: 'users',
  open: false,
  documentCount: 0,
  fields: [],
  definedIndexes: [],
  indexes: [
    { name: 'email', fields: ['email'], unique: true, state: 'live' },
    { name: 'age', fields: ['age'], unique: false, state: 'live' },
    { name: 'city', fields: ['city'], unique: false, state: 'building' },
    { name: 'name_age', fields: ['name', 'age'], unique: false, state: 'live' },
  ],
};
const column = (path: string) => ({
  name: path === '' ? 'count' : path,
  path,
  nullable: true,
  type: { kind: 'scalar', name: 'String' } as const,
});

describe('the columns of a result', () => {
  it('carry the mark of an index of their own that can be used', () => {
    const paths = ['id', 'email', 'age', 'city', 'name', ''];
    const marks = markedColumns(paths.map(column), collection).map(({ mark }) => mark);
    expect(marks).toEqual(['key', 'unique', 'indexed', undefined, undefined, undefined]);
  });

  it('stay as they are when the collection is not known', () => {
    const columns = [column('id')];
    expect(markedColumns(columns, undefined)).toBe(columns);
  });
});
