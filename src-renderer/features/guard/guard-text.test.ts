import { describe, expect, it } from 'vitest';
import type { WritePreview } from '#contract';
import {
  actText,
  confirmText,
  mayHoldWrite,
  nameToType,
  noChangeText,
  placeWord,
} from './guard-text.ts';

const preview = (change: Partial<WritePreview>): WritePreview => ({
  kind: 'delete',
  effect: 'touches',
  target: 'orders',
  span: { start: 0, end: 1 },
  count: 318,
  isAtLeast: false,
  columns: [],
  rows: { rowCount: 0, columns: [] },
  ...change,
});

const { count: _count, ...uncounted } = preview({});

describe('the words of the guard', () => {
  it('name the act, the number and the place', () => {
    const said = [
      preview({}),
      preview({ kind: 'update', count: 1 }),
      preview({ count: 0 }),
      preview({ count: 1_200_000, isAtLeast: true }),
      uncounted,
      preview({ kind: 'insert', count: 3 }),
      preview({ kind: 'upsert', count: 0 }),
      preview({ kind: 'upsert', count: 2 }),
      { ...uncounted, kind: 'upsert' } as const,
      preview({ kind: 'migrateData' }),
      preview({ kind: 'dropCollection', count: 3201 }),
      preview({ kind: 'alterCollection', count: 1 }),
      { ...uncounted, kind: 'defineCollection' } as const,
      { ...uncounted, kind: 'defineHandler', target: 'greet' } as const,
      { ...uncounted, kind: 'dropHandler', target: 'greet' } as const,
      preview({ kind: 'enqueue', target: 'mail', count: 1 }),
      preview({ kind: 'cancelJob', target: '_jobs', count: 4 }),
    ].map((each) => `${actText(each)} ${placeWord(each) ?? ''}`.trim());
    expect(said).toEqual([
      'Delete 318 documents from',
      'Update 1 document in',
      'Delete 0 documents from',
      'Delete at least 1,200,000 documents from',
      'Delete documents that could not be counted from',
      'Insert 3 documents into',
      'Insert 1 document into',
      'Update 2 documents in',
      'Update or insert a document in',
      'Change 318 documents in',
      'Drop orders with 3,201 documents',
      'Alter orders with 1 document',
      'Define the collection orders',
      'Define the handler greet',
      'Drop the handler greet',
      'Enqueue 1 job of type mail',
      'Cancel 4 jobs',
    ]);
  });

  it('add up alike acts, and count those that differ or were not looked into', () => {
    const said = [
      { previews: [preview({}), preview({ count: 2, target: 'users' })], omitted: 0 },
      { previews: [preview({}), preview({ kind: 'update' })], omitted: 0 },
      { previews: [preview({}), preview({})], omitted: 3 },
    ].map(confirmText);
    expect(said).toEqual(['Delete 320 documents', 'Run 2 writes', 'Run 5 writes']);
  });

  it('ask for the collection, or for the database when there are several', () => {
    expect(nameToType([preview({}), preview({ kind: 'update' })], 'shop')).toBe('orders');
    expect(nameToType([preview({}), preview({ target: 'users' })], 'shop')).toBe('shop');
  });

  it('say of a write without effect that nothing would change', () => {
    // The dialog showed an empty table.
    const said = [
      { count: 3, unchangedCount: 3 },
      { count: 9, unchangedCount: 5 },
    ].map((part) => noChangeText(preview({ kind: 'update', ...part })));
    expect(said).toEqual([
      'Nothing would change: what it writes is stored already.',
      'None of the first documents would change.',
    ]);
  });

  it('are not looked for in a text that only reads', () => {
    const texts = ['query { films { updated_at } }', 'subscription { films { id } }', ''];
    expect(texts.map(mayHoldWrite)).toEqual([false, false, false]);
    expect(mayHoldWrite('schema { drop collection films }')).toBe(true);
  });
});
