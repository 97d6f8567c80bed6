import { describe, expect, it } from 'vitest';
import type { StoredDocument } from '../values/stored-value.ts';
import { CollectionColumns, type PinnedColumns } from './collection-columns.ts';
import { type ColumnSpec, presence } from './column.ts';

const city: ColumnSpec = { name: 'city', kind: 'text' };
const role: ColumnSpec = { name: 'role', kind: 'text' };
const nothing = (lsn: number) => ({ lsn, rows: [] });

function person(row: number, of: string): StoredDocument {
  return { id: `0190a1b2-0000-7000-8000-${String(row).padStart(12, '0')}`, city: of, role: of };
}

function values(columns: PinnedColumns, spec: ColumnSpec): readonly unknown[] {
  const view = columns.view(spec);
  if (view.kind !== 'coded') return [];
  const codes = view.chunks[0]?.codes ?? [];
  return [0, 1, 2].map((row) => view.dictionary.valueOf(codes[row] ?? 0));
}

function filled(): CollectionColumns {
  const columns = new CollectionColumns();
  const fill = columns.beginFill([presence, city], 5, nothing(5));
  for (let row = 0; row < 3; row += 1) fill.add(row, person(row, 'Bonn'));
  columns.endFill(fill, true);
  return columns;
}

describe('the columns of a collection', () => {
  it('show a commit to readers of its moment as soon as it is published, and to no earlier ones', () => {
    const columns = filled();
    columns.didPublish({ lsn: 7, rows: [[1, person(1, 'Ulm')]] });
    const pinned = columns.pin([city], 7);
    expect(pinned && values(pinned, city)).toEqual(['Bonn', 'Ulm', 'Bonn']);
    expect(columns.pin([city], 6)).toBeUndefined();
    expect([columns.isBeyond(6), columns.isBeyond(7)]).toEqual([true, false]);
  });

  it('stay for whoever has pinned them as they were, while commits go on', () => {
    const columns = filled();
    const pinned = columns.pin([city], 6);
    columns.didPublish({
      lsn: 7,
      rows: [
        [0, undefined],
        [2, person(2, 'Ulm')],
      ],
    });
    const later = columns.pin([city], 8);
    expect(pinned && values(pinned, city)).toEqual(['Bonn', 'Bonn', 'Bonn']);
    expect(later && values(later, city)).toEqual([null, 'Bonn', 'Ulm']);
  });

  it('that are filled from an earlier moment take in what was published before and meanwhile', () => {
    const columns = filled();
    const added = { lsn: 8, rows: [[1, person(1, 'Ulm')]] } as const;
    columns.didPublish(added);
    const fill = columns.beginFill([role], 6, added);
    for (let row = 0; row < 3; row += 1) fill.add(row, person(row, 'Bonn'));
    columns.didPublish({ lsn: 9, rows: [[2, person(2, 'Jena')]] });
    const asOfFill = fill.pin(undefined);
    columns.endFill(fill, true);
    expect(values(asOfFill, role)).toEqual(['Bonn', 'Bonn', 'Bonn']);
    const pinned = columns.pin([city, role], 9);
    expect(pinned && [values(pinned, city), values(pinned, role)]).toEqual([
      ['Bonn', 'Ulm', 'Jena'],
      ['Bonn', 'Ulm', 'Jena'],
    ]);
  });
});
