import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostic.ts';
import { parse } from '../syntax/parse.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { applyEdits, codeActions } from './code-actions.ts';

/** What the text becomes by each action at the bar, or at the selection between two bars. */
function done(marked: string, diagnostics: readonly Diagnostic[] = []): Record<string, string> {
  const [before = '', inside = '', after] = marked.split('|');
  const text = marked.replaceAll('|', '');
  const start = before.length;
  const span = { start, end: after === undefined ? start : start + inside.length };
  const actions = codeActions(text, span, diagnostics, sampleCatalog);
  return Object.fromEntries(actions.map(({ title, edits }) => [title, applyEdits(text, edits)]));
}

describe('code actions', () => {
  it('offer the fixes of findings at the place', () => {
    const span = { start: 10, end: 13 };
    const finding: Diagnostic = {
      code: 'UnknownField',
      severity: 'error',
      span,
      message: 'There is no field "nme".',
      fix: { title: 'Change to "name"', edits: [{ span, text: 'name' }] },
    };
    expect(done('{ users { n|me } }', [finding])['Change to "name"']).toBe('{ users { name } }');
    expect(done('{ us|ers { nme } }', [finding])).not.toHaveProperty('Change to "name"');
  });

  it('write a bare value as eq', () => {
    expect(done('{ users(where: { age: 3|0 }) { id } }')['Write as { eq: … }']).toBe(
      '{ users(where: { age: { eq: 30 } }) { id } }',
    );
    expect(done('{ users(where: { age: { eq: 3|0 } }) { id } }')).not.toHaveProperty(
      'Write as { eq: … }',
    );
  });

  it.each([
    [
      '{ users(where: { age: { gt: 3|0 } }) { id } }',
      'query ($age: Int = 30) { users(where: { age: { gt: $age } }) { id } }',
    ],
    [
      'query Q { users(where: { name: "|x" }) { id } }',
      'query Q($name: String = "x") { users(where: { name: $name }) { id } }',
    ],
    [
      'query { users(limit: |5) { id } }',
      'query ($limit: Int = 5) { users(limit: $limit) { id } }',
    ],
    [
      'query Q($age: Int) { users(where: { age: { in: [$age, |7] } }) { id } }',
      'query Q($age: Int, $age2: Int = 7) { users(where: { age: { in: [$age, $age2] } }) { id } }',
    ],
  ])('make a variable of the literal in %s', (marked, expected) => {
    expect(Object.values(done(marked))).toContain(expected);
  });

  it.each([
    'mutation { deleteFrom(collection: "us|ers", where: {}) { id } }',
    'fragment F on users { a: age @include(if: tr|ue) }',
    'query Q($a: Int = |5) { users { id } }',
  ])('make no variable in %s', (marked) => {
    expect(Object.keys(done(marked)).join()).not.toContain('variable');
  });

  it('select all fields', () => {
    expect(done('{ teams { title| } }')['Select all fields of teams']).toBe(
      '{ teams { title id } }',
    );
    expect(done('{ teams { id title| } }')).toEqual({});
    expect(done('{ teams { aggregate { count } | } }')).toEqual({});
  });

  it('move selected fields to a fragment', () => {
    const title = 'Move the selected fields to a fragment';
    const text = done('{ users { id |name team { title }| } }')[title] ?? '';
    expect(text).toBe(
      '{ users { id ...usersFields } }\n\nfragment usersFields on users {\n    name team { title }\n}\n',
    );
    expect(parse(text).diagnostics).toEqual([]);
  });

  it.each([
    '{ users { a: |name| } }',
    '{ users { |team| { title } } }',
    '{ users { |team {| title } } }',
    '{ |users { id }| }',
  ])('cut nothing in two: %s', (marked) => {
    expect(Object.keys(done(marked)).join()).not.toContain('fragment');
  });
});
