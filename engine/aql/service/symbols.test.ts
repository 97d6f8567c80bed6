import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { sampleTexts } from '../testdata/sample-texts.ts';
import { applyEdits } from './code-actions.ts';
import { definition, references, rename, renameTarget } from './symbols.ts';

/** A text and the place of the bar in it. */
function marked(text: string): [string, number] {
  return [text.replace('|', ''), text.indexOf('|')];
}

/** The text with every given span in angle brackets. */
function shown(text: string, spans: readonly { start: number; end: number }[]): string {
  const edits = spans.map((span) => ({ span, text: `<${text.slice(span.start, span.end)}>` }));
  return applyEdits(text, edits);
}

describe('definition', () => {
  it.each([
    [
      '{ teams { ...|F } } fragment F on teams { id }',
      '{ teams { ...F } } fragment <F> on teams { id }',
    ],
    ['query($a: Int) { users(limit: $|a) { id } }', 'query($<a>: Int) { users(limit: $a) { id } }'],
    [
      'schema { define collection x { a: Int } } { |x { a } }',
      'schema { define collection <x> { a: Int } } { x { a } }',
    ],
    [
      'migrate { "1": { create collection teams { title: String } } } { teams { ti|tle } }',
      'migrate { "1": { create collection teams { <title>: String } } } { teams { title } }',
    ],
    ['fragment F on users { ...|F', 'fragment <F> on users { ...F'],
  ])('leads from %s', (text, expected) => {
    const [plain, offset] = marked(text);
    const found = definition(plain, offset, sampleCatalog);
    expect(shown(plain, found === undefined ? [] : [found])).toBe(expected);
  });

  it('is silent about what only the database defines', () => {
    expect(definition('{ users { id } }', 3, sampleCatalog)).toBeUndefined();
  });
});

describe('references', () => {
  it.each([
    [
      '{ teams { ...F ...F } } fragment |F on teams { id }',
      '{ teams { ...<F> ...<F> } } fragment <F> on teams { id }',
    ],
    [
      'mutation { update(collection: "us|ers", where: {}, data: {}) { id } } { users { id } }',
      'mutation { update(collection: "<users>", where: {}, data: {}) { id } } { <users> { id } }',
    ],
    [
      '{ users(where: { "age": 1 }, orderBy: { a|ge: ASC }) { age name } teams { title } }',
      '{ users(where: { "<age>": 1 }, orderBy: { <age>: ASC }) { <age> name } teams { title } }',
    ],
    [
      '{ users { groupBy(field: "ro|le") { key } } users { role ',
      '{ users { groupBy(field: "<role>") { key } } users { <role> ',
    ],
  ])('of %s', (text, expected) => {
    const [plain, offset] = marked(text);
    expect(shown(plain, references(plain, offset, sampleCatalog))).toBe(expected);
  });

  it('keep variables of different operations apart, unless a fragment joins them', () => {
    const apart =
      'query A($x: Int) { users(limit: $x) { id } } query B($x: Int) { users(limit: $x) { id } }';
    expect(shown(apart, references(apart, 9, sampleCatalog))).toBe(
      'query A($<x>: Int) { users(limit: $<x>) { id } } query B($x: Int) { users(limit: $x) { id } }',
    );
    const joined =
      'query A($x: Boolean) { users { ...F } } query B($x: Boolean) { users { ...F } } fragment F on users { id @include(if: $x) }';
    expect(references(joined, 9, sampleCatalog)).toHaveLength(3);
  });
});

describe('rename', () => {
  const renamed = (text: string, name: string) => {
    const [plain, offset] = marked(text);
    const result = rename(plain, offset, name, sampleCatalog);
    return result.kind === 'edits' ? applyEdits(plain, result.edits) : result.reason;
  };

  it.each([
    [
      '{ teams { ...|F } } fragment F on teams { id }',
      '{ teams { ...n } } fragment n on teams { id }',
    ],
    [
      'query($a: Int = 1) { users(limit: $|a, offset: $a) { id } }',
      'query($n: Int = 1) { users(limit: $n, offset: $n) { id } }',
    ],
    ['{ |b: users { id } }', '{ n: users { id } }'],
    ['query |Q { users { id } }', 'query n { users { id } }'],
    [
      '{ teams { ...|F } } fragment F on teams { id ',
      '{ teams { ...n } } fragment n on teams { id ',
    ],
  ])('changes every place of %s', (text, expected) => {
    expect(renamed(text, 'n')).toBe(expected);
  });

  it.each([
    ['{ us|ers { id } }', 'n', /Collections keep their name/],
    ['{ users { na|me } }', 'n', /migration/],
    ['{ users(li|mit: 1) { id } }', 'n', /belongs to the language/],
    ['{ teams { ...|F } } fragment F on teams { id }', '1x', /is no name/],
    ['{ teams { ...|F } } fragment F on teams { id }', 'on', /cannot be the name of a fragment/],
    ['fragment G on teams { id } fragment |F on teams { id }', 'G', /taken/],
    ['query($a: Int, $|b: Int) { users { id } }', 'a', /taken/],
    ['{ users { |a: name age } }', 'age', /taken/],
  ])('refuses %s to become %s', (text, name, reason) => {
    expect(renamed(text, name)).toMatch(reason);
  });

  it('may take the name that stands behind an alias', () => {
    expect(renamed('{ users { |a: name b: age } }', 'age')).toBe('{ users { age: name b: age } }');
  });

  it('keeps every text that parses parsing, wherever it is asked for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sampleTexts),
        fc.nat(),
        fc.constantFrom('n', 'query', 'on', 'true'),
        (text, place, name) => {
          const offset = place % (text.length + 1);
          const result = rename(text, offset, name, sampleCatalog);
          if (result.kind === 'refused') return;
          expect(parse(applyEdits(text, result.edits)).diagnostics).toEqual([]);
          expect(renameTarget(text, offset, sampleCatalog).kind).toBe('name');
        },
      ),
      { numRuns: 200 },
    );
  });
});
