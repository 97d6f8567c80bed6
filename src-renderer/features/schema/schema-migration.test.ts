import { describe, expect, it } from 'vitest';
import { parse } from '#engine/aql';
import {
  declarationText,
  draftHasSteps,
  type FieldChange,
  indexOrigin,
  withFieldChange,
  withNewIndex,
  withoutIndex,
} from './schema-migration.ts';

const empty = 'migrate {\n    "v1": {\n        # alter collection users { add a: Int }\n    }\n}\n';
const onAge = { collection: 'users', fields: ['city', 'age'], kind: 'unique' } as const;

describe('a migration that the schema page writes', () => {
  it('takes the place of a draft without steps', () => {
    const text = withNewIndex(empty, onAge, []);
    expect(text).toBe(
      'migrate {\n    "index-users-city-age": {\n        alter collection users { add index (city, age) unique }\n    }\n}\n',
    );
    expect(parse(text).diagnostics).toEqual([]);
  });

  it('asks only about a draft that would be applied with it', () => {
    const once = withNewIndex(empty, onAge, []);
    expect(['', empty, once].map(draftHasSteps)).toEqual([false, false, true]);
  });

  /* The type alone would have taken an index, a default and a reference away with it. */
  it('modifies a field from all that it is declared as', () => {
    const plain = { name: 'a', nullable: true, unique: false, indexed: false };
    const string = { kind: 'scalar', name: 'String' } as const;
    const declarations = [
      declarationText({
        ...plain,
        ...{ type: string, nullable: false, unique: true, validate: { format: 'EMAIL' } },
        default: { kind: 'value', value: 'x' },
      }),
      declarationText({ ...plain, type: string, indexed: true, references: 'teams' }),
    ];
    expect(declarations).toEqual([
      'String! @unique @default(value: "x") @validate(format: EMAIL)',
      'String @indexed @references(collection: "teams")',
    ]);
    const texts = declarations.map((type) =>
      withFieldChange(
        '',
        { collection: 'users', change: { kind: 'modify', field: 'a', type } },
        [],
      ),
    );
    expect(texts.flatMap((text) => parse(text).diagnostics)).toEqual([]);
  });

  it('tells which indexes belong to their fields', () => {
    const live = { state: 'live' } as const;
    const both = { name: 'city,age', fields: ['city', 'age'], unique: false, ...live };
    const collection = {
      ...{ name: 'users', open: false, documentCount: 0, fields: [], indexes: [] },
      definedIndexes: [{ fields: both.fields, unique: false }],
    };
    const origins = [
      both,
      { name: 'email', fields: ['email'], unique: true, ...live },
      { name: 'age', fields: ['age'], unique: false, ...live },
    ].map((index) => indexOrigin(collection, index));
    expect(origins).toEqual([undefined, '@unique', '@indexed']);
  });

  it('adds an index of words', () => {
    const text = withNewIndex('', { collection: 'users', fields: ['bio'], kind: 'text' }, []);
    expect(text).toContain('"text-index-users-bio"');
    expect(text).toContain('add index (bio) text');
    expect(parse(text).diagnostics).toEqual([]);
  });

  it('changes a field', () => {
    const changes: readonly FieldChange[] = [
      { kind: 'add', field: 'bio', type: '[String]!' },
      { kind: 'rename', field: 'bio', to: 'about' },
      { kind: 'modify', field: 'age', type: 'Float' },
      { kind: 'drop', field: 'city' },
    ];
    const text = changes.reduce(
      (before, change) => withFieldChange(before, { collection: 'users', change }, []),
      empty,
    );
    expect(parse(text).diagnostics).toEqual([]);
    const actions = [...text.matchAll(/"([^"]+)": \{\n +alter collection users \{ (.+) \}/g)];
    expect(actions.map(([, name, action]) => `${name}: ${action}`)).toEqual([
      'add-users-bio: add bio: [String]!',
      'rename-users-bio: rename bio to about',
      'modify-users-age: modify age: Float',
      'drop-users-city: drop city',
    ]);
  });

  it('comes behind what is written, under a name of its own', () => {
    const once = withNewIndex(empty, onAge, ['index-users-city-age']);
    const index = {
      name: 'city,age',
      fields: ['city', 'age'],
      unique: true,
      state: 'live',
    } as const;
    const both = withoutIndex(once, { collection: 'users', index }, []);
    expect(both).toContain('"index-users-city-age-2"');
    expect(both).toContain('"drop-index-users-city-age"');
    expect(both).toContain('drop index (city, age)');
    expect(parse(both).diagnostics).toEqual([]);
  });
});
