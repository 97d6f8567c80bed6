import { describe, expect, it } from 'vitest';
import type { CollectionDefinition, FieldDefinition, FieldType } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import type { CollectionEntry } from './catalog.ts';
import { checkDefinition } from './check-definition.ts';
import { describeDifference } from './definition-difference.ts';
import { completeDocument, reviseDocument } from './document-schema.ts';
import { parseDateTime, toOutput, toStored } from './stored-form.ts';

const scalar = (
  name: 'String' | 'Int' | 'Float' | 'Uuid' | 'DateTime' | 'Object' | 'Any',
): FieldType => ({ kind: 'scalar', name });
const field = (
  name: string,
  type: FieldType,
  more: Partial<FieldDefinition> = {},
): FieldDefinition => ({
  name,
  type,
  nullable: true,
  unique: false,
  indexed: false,
  ...more,
});

const users: CollectionDefinition = {
  name: 'users',
  fields: [
    field('username', scalar('String'), {
      nullable: false,
      validate: { minLength: 2, pattern: '^[a-z]+$' },
    }),
    field('email', scalar('String'), { validate: { format: 'EMAIL' } }),
    field('age', scalar('Int'), { validate: { min: 0, max: 150 } }),
    field('score', scalar('Float'), { default: { kind: 'value', value: 1 } }),
    field('tags', { kind: 'list', element: scalar('String') }, { validate: { maxLength: 2 } }),
    field('team_id', scalar('Uuid')),
    field('address', scalar('Object')),
    field('created_at', scalar('DateTime'), { default: { kind: 'now' } }),
  ],
  indexes: [],
  open: false,
};
const entryOf = (definition: CollectionDefinition): CollectionEntry => ({
  storageId: 1,
  definition,
  indexes: [],
  idsAscend: true,
});
const id = '018f0000-0000-7000-8000-000000000001';
const context = { now: 1_700_000_000_000, newId: () => id };

function violations(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof AuroraError && error.code === 'ValidationError') {
      const list = error.details['violations'] as { rule: string; path: string; hint?: string }[];
      return list.map(({ rule, path, hint }) => [rule, path, hint].filter(Boolean).join(' '));
    }
    throw error;
  }
  return 'accepted';
}

describe('completing a document whose fields are given in their order', () => {
  const plain: CollectionDefinition = {
    name: 'plain',
    fields: [
      field('name', scalar('String'), { nullable: false }),
      field('tags', { kind: 'list', element: scalar('String') }),
      field('score', scalar('Float')),
    ],
    indexes: [],
    open: true,
  };
  const complete = (input: Parameters<typeof completeDocument>[1]) =>
    completeDocument(entryOf(plain), input, context);

  it('gives what it gives in any other order', () => {
    const [name, tags, score] = ['Ann', ['a', 'b'], 2];
    const expected = JSON.stringify({ id, name, tags, score });
    const given = [
      { name, tags, score },
      { id, name, tags, score },
      { id: id.toUpperCase(), name, tags, score },
      { id: undefined, name, tags, score },
      { score, name, tags, id },
      { name, id, score, tags },
    ];
    expect(given.map((each) => JSON.stringify(complete(each)))).toEqual(given.map(() => expected));
  });

  it('is made of an input that is nobody else’s, and is the same as that of a copy', () => {
    const [name, score] = ['Ann', 2];
    const inputs = (): Parameters<typeof completeDocument>[1][] => [
      { id, name, tags: ['a', 'b'], score },
      { name, tags: ['a', 'b'], score },
      { id: id.toUpperCase(), name, tags: [], score },
      { id, name, tags: ['a'], score: -0 },
      { score, name, tags: ['a'], id },
    ];
    const owned = inputs();
    const made = owned.map((each) =>
      completeDocument(entryOf(plain), each, { ...context, isOwned: true }),
    );
    const entries = (documents: readonly object[]) => documents.map((each) => Object.entries(each));
    expect(entries(made)).toEqual(entries(inputs().map(complete)));
    expect(made.map((document, at) => document === owned[at])).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it('keeps no list of the input, and no zero with a sign', () => {
    for (const score of [-0, 2]) {
      const input = { id, name: 'Ann', tags: ['a'], score };
      const document = complete(input);
      input.tags.push('b');
      expect([document, input.id]).toEqual([
        { id, name: 'Ann', tags: ['a'], score: score + 0 },
        id,
      ]);
    }
  });

  it('has no zero with a sign in the lists of an input that is nobody else’s', () => {
    const lists = ['empty', 'first', 'second'].map((name) =>
      field(name, { kind: 'list', element: scalar('Float') }),
    );
    const input = { id, empty: [], first: [1, 2], second: [1, -0, -0, 3] };
    const entry = entryOf({ ...plain, fields: lists });
    const document = completeDocument(entry, input, { ...context, isOwned: true });
    expect(document).toEqual({ id, empty: [], first: [1, 2], second: [1, 0, 0, 3] });
    expect(document).toBe(input);
  });

  it('takes no field from a prototype', () => {
    const input = Object.assign(Object.create({ score: 1 }), { name: 'Ann', tags: ['a'] });
    expect(Object.hasOwn(complete(input), 'score')).toBe(false);
  });

  it('finds what is wrong in it', () => {
    const wrong = [
      { id: 'x', name: 'Ann', tags: ['a'], score: 1 },
      { name: null, tags: ['a'], score: 1 },
      { name: 'Ann', tags: [1], score: 1 },
      { name: 'Ann', tags: ['a'], score: 'high' },
    ];
    expect(wrong.map((each) => violations(() => complete(each)))).toEqual([
      ['id id Leave the id out to have one made.'],
      ['notNull name'],
      ['type tags.0'],
      ['type score'],
    ]);
  });
});

describe('completing a document', () => {
  it('fills id and defaults and converts DateTime and Uuid', () => {
    const document = completeDocument(
      entryOf(users),
      {
        team_id: id.toUpperCase(),
        username: 'alice',
        age: null,
        tags: ['a'],
        address: { city: 'Rome', n: -0 },
      },
      context,
    );
    expect(document).toEqual({
      id,
      username: 'alice',
      age: null,
      score: 1,
      tags: ['a'],
      team_id: id,
      address: { city: 'Rome', n: 0 },
      created_at: 1_700_000_000_000,
    });
    expect(Object.keys(document)[0]).toBe('id');
  });

  it('tells everything that is wrong at once', () => {
    const input = {
      id: 'no uuid',
      username: 'A',
      emial: 'x',
      email: 'no address',
      age: 151.5,
      score: Number.NaN,
      tags: ['a', 'b', 'c'],
      team_id: 'x',
      address: [1],
      created_at: 'yesterday',
    };
    expect(violations(() => completeDocument(entryOf(users), input, context))).toEqual([
      'id id Leave the id out to have one made.',
      'validate username',
      'validate username',
      'validate email',
      'type age',
      'type score',
      'validate tags',
      'type team_id',
      'type address',
      'type created_at',
      'unknownField emial Did you mean "email"?',
    ]);
    expect(violations(() => completeDocument(entryOf(users), {}, context))).toEqual([
      'notNull username',
    ]);
    expect(violations(() => completeDocument(entryOf(users), { username: null }, context))).toEqual(
      ['notNull username'],
    );
  });

  it('keeps unknown fields of open collections, but not what cannot be stored', () => {
    const open = entryOf({ ...users, open: true });
    expect(completeDocument(open, { username: 'bob', more: { a: [1] } }, context)['more']).toEqual({
      a: [1],
    });
    for (const more of ['a\ud800', { 'a\ud800': 1 }]) {
      expect(violations(() => completeDocument(open, { username: 'bob', more }, context))).toEqual([
        'type more',
      ]);
    }
  });
});

describe('revising a document', () => {
  const before = completeDocument(entryOf(users), { username: 'alice', age: 3 }, context);

  it('changes and unsets fields and leaves the others', () => {
    const after = reviseDocument(
      entryOf(users),
      before,
      { age: 4, score: undefined, email: 'a@b.org' },
      context,
    );
    expect(after).toEqual({
      id,
      username: 'alice',
      email: 'a@b.org',
      age: 4,
      created_at: 1_700_000_000_000,
    });
  });

  it('refuses another id, unsetting what is required, and unknown fields', () => {
    const other = '018f0000-0000-7000-8000-000000000002';
    const changes = { id: other, username: undefined, nothing: 1 };
    expect(violations(() => reviseDocument(entryOf(users), before, changes, context))).toEqual([
      'id id',
      'notNull username',
      'unknownField nothing',
    ]);
  });
});

describe('stored and output form', () => {
  it('reads RFC 3339 and writes UTC', () => {
    const texts = [
      '2024-02-29T12:00:00Z',
      '2024-02-29T12:00:00.5+02:00',
      '2024-02-29',
      '2024-02-30T00:00:00Z',
      '2024-13-01',
      '12:00',
      '2024-02-29T24:00:00Z',
    ];
    expect(texts.map((text) => parseDateTime(text))).toEqual([
      Date.UTC(2024, 1, 29, 12),
      Date.UTC(2024, 1, 29, 10, 0, 0, 500),
      Date.UTC(2024, 1, 29),
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const times: FieldType = { kind: 'list', element: scalar('DateTime') };
    const stored = toStored(times, ['2024-02-29T12:00:00+01:00', null]);
    expect(stored.kind === 'stored' && toOutput(times, stored.value)).toEqual([
      '2024-02-29T11:00:00.000Z',
      null,
    ]);
  });

  it('takes integers for Float, but nothing that would be rounded for Int', () => {
    expect([
      toStored(scalar('Float'), 3).kind,
      toStored(scalar('Int'), 2 ** 53).kind,
      toStored(scalar('Int'), 1.5).kind,
      toStored(scalar('Int'), '1').kind,
    ]).toEqual(['stored', 'refused', 'refused', 'refused']);
  });
});

describe('a definition', () => {
  it('is refused with bad names, patterns, defaults and index fields', () => {
    const withField = (more: FieldDefinition): CollectionDefinition => ({
      ...users,
      fields: [more],
    });
    const wrong: CollectionDefinition[] = [
      { ...users, name: '_own' },
      { ...users, name: '1a' },
      withField(field('id', scalar('Uuid'))),
      withField(field('a', scalar('String'), { validate: { pattern: '(' } })),
      withField(field('a', scalar('Int'), { default: { kind: 'value', value: 'x' } })),
      withField(field('a', scalar('Int'), { default: { kind: 'now' } })),
      { ...users, fields: [...users.fields, field('age', scalar('Int'))] },
      { ...users, indexes: [{ fields: ['nothing'], unique: false }] },
    ];
    const codes = wrong.map((definition) => {
      try {
        checkDefinition(definition);
        return 'accepted';
      } catch (error) {
        return error instanceof AuroraError ? error.code : error;
      }
    });
    expect(codes).toEqual([
      'InvalidName',
      'InvalidName',
      'InvalidName',
      'InvalidValue',
      'InvalidValue',
      'InvalidValue',
      'DuplicateName',
      'UnknownField',
    ]);
    checkDefinition({ ...users, indexes: [{ fields: ['address.city', 'age'], unique: false }] });
  });

  it('is compared in words', () => {
    const other: CollectionDefinition = {
      ...users,
      fields: users.fields
        .filter(({ name }) => name !== 'email')
        .map((each) =>
          each.name === 'age' ? { ...each, type: scalar('Float'), nullable: false } : each,
        ),
      open: true,
    };
    expect([
      describeDifference(users, structuredClone(users)),
      describeDifference(users, other),
    ]).toEqual([undefined, 'it has a field "email", "age" is Int, not Float!, it is not open']);
  });
});
