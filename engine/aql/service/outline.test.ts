import { describe, expect, it } from 'vitest';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { sampleTexts } from '../testdata/sample-texts.ts';
import { type DocumentSymbol, documentSymbols, foldingRanges, selectionRanges } from './outline.ts';

describe('folding', () => {
  const folded = (text: string) =>
    foldingRanges(text).map(({ span, kind }) => {
      const line = (offset: number) => text.slice(0, offset).split('\n').length;
      return `${kind} ${line(span.start)}-${line(span.end)}`;
    });

  it('finds brackets, comments and block strings of more than one line', () => {
    const text = `# one
# two
query {
  users(
    where: { a: 1 }
  ) { id }
}
{ a(b: """
x
""") }`;
    expect(folded(text)).toEqual([
      'comment 1-2',
      'block 3-7',
      'block 4-6',
      'block 8-10',
      'block 8-10',
      'block 8-10',
    ]);
  });

  it('passes over brackets that do not fit', () => {
    expect(folded('{ a(\n ] }\n')).toEqual(['block 1-2']);
    expect(folded(')\n]\n{')).toEqual([]);
  });
});

describe('selection ranges', () => {
  it('grow from the word to the text', () => {
    const text = 'query Q { users(where: { name: { eq: "ab" } }) { id } }';
    const offset = text.indexOf('ab') + 1;
    expect(selectionRanges(text, offset).map(({ start, end }) => text.slice(start, end))).toEqual([
      'ab',
      '"ab"',
      'eq: "ab"',
      '{ eq: "ab" }',
      'name: { eq: "ab" }',
      '{ name: { eq: "ab" } }',
      'where: { name: { eq: "ab" } }',
      '(where: { name: { eq: "ab" } })',
      'users(where: { name: { eq: "ab" } }) { id }',
      '{ users(where: { name: { eq: "ab" } }) { id } }',
      text,
    ]);
  });

  it('go by brackets in a text that does not parse', () => {
    const text = '{ users(where { a ) } x';
    expect(selectionRanges(text, 8).map(({ start, end }) => text.slice(start, end))).toContain(
      'where',
    );
  });
});

describe('document symbols', () => {
  const lines = (symbols: readonly DocumentSymbol[], indent = ''): string[] =>
    symbols.flatMap(({ name, kind, detail, children }) => [
      `${indent}${kind} ${name}${detail === '' ? '' : ` (${detail})`}`,
      ...lines(children, `${indent}  `),
    ]);

  it('list statements and what is in them', () => {
    const text = `query Page($a: Int) { people: users(limit: $a) { id team { title } } teams { id } }
fragment F on users { id }
{ users { id } }
mutation { deleteFrom(collection: "users", where: {}) { id } }
schema { define collection if not exists c @open { a: Int! @indexed  b: [String] } drop collection d }
migrate { "v1": { alter collection users { add x: Int } } }`;
    expect(lines(documentSymbols(text, sampleCatalog))).toEqual([
      'statement Page (query)',
      '  collection people (users)',
      '  collection teams',
      'fragment F (fragment)',
      'statement query',
      '  collection users',
      'statement mutation',
      '  function deleteFrom',
      'statement schema',
      '  collection c',
      '    field a',
      '    field b',
      '  collection d',
      'statement migrate',
      '  version v1',
      '    collection users',
      '      field x',
    ]);
  });

  it('list what there is of a broken text', () => {
    const symbols = documentSymbols('query A { users { id } query B { teams {', sampleCatalog);
    expect(lines(symbols)[0]).toBe('statement A (query)');
  });

  it.each(sampleTexts)('nest without overlap in %s', (text) => {
    const check = (symbols: readonly DocumentSymbol[], start: number, end: number) => {
      for (const { span, nameSpan, children } of symbols) {
        expect([span.start >= start, span.end <= end]).toEqual([true, true]);
        expect([nameSpan.start >= span.start, nameSpan.end <= span.end]).toEqual([true, true]);
        check(children, span.start, span.end);
      }
    };
    check(documentSymbols(text, sampleCatalog), 0, text.length);
  });
});
