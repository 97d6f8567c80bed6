import { describe, expect, it } from 'vitest';
import {
  arrangedColumns,
  decodeColumnState,
  encodeColumnState,
  moveColumn,
  plainColumns,
  setColumnWidth,
  setHidden,
  setPinned,
  toggleSort,
} from './column-state.ts';

const names = ['id', 'title', 'year', 'genre'];
const shown = (state = plainColumns, of = names) => {
  const { shown: numbers, pinnedCount } = arrangedColumns(of, state);
  return [numbers.map((at) => of[at]).join(' '), pinnedCount];
};

describe('columns', () => {
  it('stand as in the collection until somebody moves one', () => {
    expect(shown()).toEqual(['id title year genre', 0]);
    const moved = moveColumn(names, plainColumns, { from: 'genre', to: 'title' });
    expect(shown(moved)).toEqual(['id genre title year', 0]);
    expect(shown(moveColumn(names, moved, { from: 'id', to: 'year' }))).toEqual([
      'genre title year id',
      0,
    ]);
  });

  it('are shown at the end when they are new, and forgotten when they are gone', () => {
    const moved = moveColumn(names, plainColumns, { from: 'genre', to: 'title' });
    expect(shown(moved, ['id', 'year', 'genre', 'rating'])).toEqual(['id genre year rating', 0]);
  });

  it('stand first when they are pinned, and do not mix with the others', () => {
    const pinned = setPinned(plainColumns, 'year', true);
    expect(shown(pinned)).toEqual(['year id title genre', 1]);
    expect(moveColumn(names, pinned, { from: 'year', to: 'title' })).toBe(pinned);
  });

  it('can be hidden and come back where they were', () => {
    const hidden = setHidden(plainColumns, 'title', true);
    expect(shown(hidden)).toEqual(['id year genre', 0]);
    expect(shown(setHidden(hidden, 'title', false))).toEqual(['id title year genre', 0]);
  });

  it('sort up, down and not at all, alone or one after the other', () => {
    const up = toggleSort(plainColumns, 'year', false);
    const both = toggleSort(up, 'title', true);
    const turned = toggleSort(both, 'year', true);
    expect(turned.sort).toEqual([
      { column: 'year', direction: 'desc' },
      { column: 'title', direction: 'asc' },
    ]);
    expect(toggleSort(turned, 'year', true).sort.map(({ column }) => column)).toEqual(['title']);
    expect(toggleSort(both, 'genre', false).sort).toEqual([{ column: 'genre', direction: 'asc' }]);
  });

  it('come back from their saved form, and from a damaged one as far as it can be read', () => {
    const state = setColumnWidth(
      toggleSort(setPinned(plainColumns, 'id', true), 'year', false),
      'id',
      90,
    );
    expect(decodeColumnState(encodeColumnState(state))).toEqual(state);
    expect(decodeColumnState({ order: ['id', 7], widths: 3, sort: [{}, null] })).toEqual({
      ...plainColumns,
      order: ['id'],
    });
    expect(decodeColumnState('x')).toEqual(plainColumns);
  });
});
