import { describe, expect, it } from 'vitest';
import type { CollectionInfo, FieldInfo } from '#contract';
import { readPositions, schemaLayout } from './schema-layout.ts';

function collection(
  name: string,
  fields: Readonly<Record<string, string | undefined>>,
): CollectionInfo {
  return {
    name,
    open: false,
    documentCount: 1,
    definedIndexes: [],
    indexes: [],
    fields: Object.entries(fields).map(
      ([field, references]): FieldInfo => ({
        name: field,
        type: { kind: 'scalar', name: 'Uuid' },
        nullable: true,
        unique: false,
        indexed: references !== undefined,
        ...(references === undefined ? {} : { references }),
      }),
    ),
  };
}

const shop = [
  collection('orders', { user_id: 'users', note: undefined }),
  collection('users', { team_id: 'teams' }),
  collection('teams', { name: undefined }),
  collection('notes', { text: undefined }),
];

describe('the layout of a schema', () => {
  it('puts what refers to the left of what it refers to, and the rest below', () => {
    const { boxes, edges } = schemaLayout(shop, new Map());
    const at = new Map(boxes.map((box) => [box.name, box]));
    const [orders, users, teams, notes] = shop.map(({ name }) => at.get(name));
    expect(orders?.x).toBeLessThan(users?.x ?? 0);
    expect(users?.x).toBeLessThan(teams?.x ?? 0);
    expect(notes?.y).toBeGreaterThan((orders?.y ?? 0) + (orders?.height ?? 0));
    expect(edges.map(({ from, field, to }) => [from, field, to])).toEqual([
      ['orders', 'user_id', 'users'],
      ['users', 'team_id', 'teams'],
    ]);
  });

  it('never lays one box over another, and leaves those that were moved where they are', () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      collection(`c${at}`, at % 3 === 0 ? { next: `c${(at * 7) % 30}` } : { a: undefined }),
    );
    const { boxes, width, height } = schemaLayout(many, new Map([['c1', { x: 5_000, y: 7 }]]));
    expect(boxes.find(({ name }) => name === 'c1')).toMatchObject({ x: 5_000, y: 7 });
    for (const box of boxes) {
      const over = boxes.filter(
        (other) =>
          other !== box &&
          Math.abs(other.x - box.x) < 200 &&
          other.y < box.y + box.height &&
          box.y < other.y + other.height,
      );
      expect([box.name, over.map(({ name }) => name)]).toEqual([box.name, []]);
      expect(box.x + 200 <= width && box.y + box.height <= height).toBe(true);
    }
  });

  it('shows references first when a collection has more fields than a box', () => {
    const names = Array.from({ length: 12 }, (_, at): [string, undefined] => [`f${at}`, undefined]);
    const wide = collection('wide', { ...Object.fromEntries(names), last: 'wide' });
    const [box] = schemaLayout([wide], new Map()).boxes;
    expect(box?.fields.at(-1)?.name).toBe('last');
    expect(box?.hiddenCount).toBe(6);
  });
});

it('reads positions, and nothing else', () => {
  expect([...readPositions({ a: [1, 2], b: 'x', c: [1], d: ['1', 2] })]).toEqual([
    ['a', { x: 1, y: 2 }],
  ]);
  expect([...readPositions(null)]).toEqual([]);
});
