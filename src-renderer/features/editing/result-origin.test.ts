import { describe, expect, it } from 'vitest';
import type { ResultColumn } from '#contract';
import { cellOrigin, originEdits, shownValue } from './result-origin.ts';

const column = (rest: Partial<ResultColumn>): ResultColumn => ({
  ...{ name: 'address', path: 'address', nullable: true },
  type: { kind: 'scalar', name: 'Object' },
  ...rest,
});
const rows = { documentOf: () => 'a', referredOf: () => null };
const place = { row: 0, column: 0 };

/** The cell of `address { town: city geo { lat } }`. */
function openAddress() {
  const fields = { town: 'address.city', 'geo.lat': 'address.geo.lat' };
  const origin = cellOrigin(
    column({ origin: { kind: 'stored', collection: 'things', path: 'address', fields } }),
    place,
    rows,
  );
  if (typeof origin === 'string') throw new Error(origin);
  return origin;
}
const given = { town: 'Rome', geo: { lat: 1 } };

describe('a selection inside a selection', () => {
  it('is edited at the path of each member', () => {
    // `"geo" is no stored field of things.`, though it is one.
    expect(originEdits(openAddress(), given, { town: 'Rome', geo: { lat: 2 } })).toEqual([
      { path: ['address', 'geo', 'lat'], seen: 1, value: 2 },
    ]);
    expect(originEdits(openAddress(), given, { town: 'Paris', geo: {} })).toEqual([
      { path: ['address', 'city'], seen: 'Rome', value: 'Paris' },
      { path: ['address', 'geo', 'lat'], seen: 1, value: undefined },
    ]);
  });

  it('is refused where it would take away what is not shown, or is not stored', () => {
    const origin = openAddress();
    expect([
      originEdits(origin, given, { town: 'Rome', geo: 3 }),
      originEdits(origin, given, { ...given, geo: { lat: 1, long: 2 } }),
      originEdits(origin, { town: 'Rome', geo: null }, given),
      originEdits(origin, given, null),
    ]).toEqual([
      '"geo" is shown in part, so it stays an object.',
      '"geo.long" is no stored field of things.',
      '"geo" is not set, and only some of its members are shown: edit it where it is shown whole.',
      'It is shown in part, so it stays an object.',
    ]);
  });

  it('is shown as the document is going to be', () => {
    const document = { id: 'a', address: { city: 'Paris', geo: { lat: 9, long: 8 } } };
    expect(shownValue(openAddress(), document, given)).toEqual({ town: 'Paris', geo: { lat: 9 } });
    expect(shownValue(openAddress(), { id: 'a', address: {} }, given)).toEqual({
      town: null,
      geo: { lat: null },
    });
    const without = { town: 'Rome', geo: null };
    expect(shownValue(openAddress(), document, without)).toEqual({ town: 'Paris', geo: null });
  });
});

it('says of counts and groups that they come from several documents, and how to edit those', () => {
  expect([
    cellOrigin(column({ name: 'totalCount', path: '' }), place, rows),
    cellOrigin(column({ name: 'title', path: 'title' }), place, rows),
  ]).toEqual([
    'totalCount cannot be edited: it is counted or computed from several documents. To see and edit them, query the documents themselves, with fields such as "id" in place of the totals or groups.',
    'title cannot be edited in a page. To edit it, select it without "edges" and "node".',
  ]);
});
