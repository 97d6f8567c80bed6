import { describe, expect, it } from 'vitest';
import { toDefinition } from './collection-spec.ts';

describe('a collection as a program defines it', () => {
  it('takes every name of a type, and lists of lists', () => {
    const { fields } = toDefinition('users', {
      one: { type: 'Bool' },
      two: { type: 'ID' },
      three: { type: [['Int']] },
    });
    expect(fields.map(({ type }) => type)).toEqual([
      { kind: 'scalar', name: 'Boolean' },
      { kind: 'scalar', name: 'Uuid' },
      { kind: 'list', element: { kind: 'list', element: { kind: 'scalar', name: 'Int' } } },
    ]);
  });

  it.each([
    '[String]',
    'string',
    'Array',
    undefined,
    null,
    5,
    { list: 'String' },
    [],
    ['Int', 'Int'],
  ])('refuses %j as a type, and says which there are', (type) => {
    // As a program without types gives it.
    const spec = { tags: Object.assign({ type: 'String' as const }, { type }) };
    expect(() => toDefinition('users', spec as never)).toThrow(
      expect.objectContaining({
        code: 'InvalidOption',
        message: expect.stringContaining('"tags"'),
        hint: expect.stringContaining("['String']"),
      }),
    );
  });
});
