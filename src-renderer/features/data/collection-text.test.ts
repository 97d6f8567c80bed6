import { describe, expect, it } from 'vitest';
import { bind, type CatalogShape, parse } from '#engine/aql';
import type { WindowRequest } from '../../grid/window-source.ts';
import { isOneObject, totalQuery, whereText, windowQuery } from './collection-text.ts';

const shape: CatalogShape = {
  version: 1,
  collections: [
    {
      name: 'films',
      open: false,
      indexes: [],
      fields: ['title', 'genre'].map((name) => ({
        name,
        type: { kind: 'scalar', name: 'String' },
        nullable: true,
        unique: false,
        indexed: false,
      })),
    },
  ],
};
const findings = (text: string) => {
  const { document, diagnostics } = parse(text);
  return [...diagnostics, ...bind(document, shape).diagnostics].map(({ message }) => message);
};
const view = {
  collection: 'films',
  fields: ['title', 'genre'],
  where: '{ genre: { eq: "Drama" } }',
  sort: [
    { column: 'genre', direction: 'desc' },
    { column: 'title', direction: 'asc' },
  ],
} as const;

describe('queries of a collection view', () => {
  it.each<WindowRequest>([
    { from: 'offset', offset: 5, rowsMax: 10 },
    { from: 'after', cursor: 'x', rowsMax: 10 },
    { from: 'before', cursor: 'x', rowsMax: 10 },
    { from: 'end', rowsMax: 10 },
  ])('are right AQL for a window from $from', (request) => {
    expect(findings(windowQuery(view, request).text)).toEqual([]);
    const plain = { ...view, where: '', sort: [] };
    expect(findings(windowQuery(plain, request).text)).toEqual([]);
  });

  it('count what the filter leaves', () => {
    expect(findings(totalQuery(view))).toEqual([]);
    expect(findings(totalQuery({ ...view, where: '' }))).toEqual([]);
  });
});

describe('a typed condition', () => {
  it('may leave its outer braces out', () => {
    expect(whereText(' genre: { eq: "Drama" } ')).toBe('{ genre: { eq: "Drama" } }');
    expect(whereText('{ genre: { eq: "}" } }')).toBe('{ genre: { eq: "}" } }');
    expect(whereText('  ')).toBe('');
  });

  it('is one object and nothing behind it', () => {
    expect(isOneObject('{ a: { in: [1, 2] } }')).toBe(true);
    expect(
      ['{ a: 1 }) { id } }', '{ a: 1 } }', '{ a: ', 'a', '{ a: 1 } # {'].map(isOneObject),
    ).toEqual([false, false, false, false, false]);
  });
});
