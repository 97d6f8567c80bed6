import { describe, expect, it } from 'vitest';
import type { WritePreview } from '#contract';
import { actText, confirmText, mayHoldWrite, nameToType } from './guard-text.ts';

const preview = (change: Partial<WritePreview>): WritePreview => ({
  kind: 'delete',
  collection: 'orders',
  span: { start: 0, end: 1 },
  count: 318,
  isAtLeast: false,
  columns: [],
  rows: { rowCount: 0, columns: [] },
  ...change,
});

describe('the words of the guard', () => {
  it('name the act and the number', () => {
    const { count: _count, ...uncounted } = preview({});
    expect(
      [
        preview({}),
        preview({ kind: 'update', count: 1 }),
        preview({ count: 0 }),
        preview({ count: 1_200_000, isAtLeast: true }),
        preview({ kind: 'dropCollection', count: 3201 }),
        uncounted,
      ].map(actText),
    ).toEqual([
      'Delete 318 documents',
      'Update 1 document',
      'Delete 0 documents',
      'Delete at least 1,200,000 documents',
      'Drop orders with 3,201 documents',
      'Delete documents that could not be counted',
    ]);
  });

  it('add up alike acts, and count those that differ', () => {
    expect(confirmText([preview({}), preview({ count: 2, collection: 'users' })])).toBe(
      'Delete 320 documents',
    );
    expect(confirmText([preview({}), preview({ kind: 'update' })])).toBe('Run 2 writes');
  });

  it('ask for the collection, or for the database when there are several', () => {
    expect(nameToType([preview({}), preview({ kind: 'update' })], 'shop')).toBe('orders');
    expect(nameToType([preview({}), preview({ collection: 'users' })], 'shop')).toBe('shop');
  });

  it('are not looked for in a text that only reads or inserts', () => {
    const texts = ['query { films { updated_at } }', 'mutation { insertInto(data: {}) { id } }'];
    expect(texts.map(mayHoldWrite)).toEqual([false, false]);
    expect(mayHoldWrite('schema { drop collection films }')).toBe(true);
  });
});
