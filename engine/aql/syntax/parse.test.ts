import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bind, complete, format, hover, parse, statementAt } from '../index.ts';
import { aqlLimits } from '../limits.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { everyWord, sampleTexts } from '../testdata/sample-texts.ts';
import { parseExpression } from './parse-expression.ts';

describe('parse', () => {
  it.each(sampleTexts)('accepts sample text %#', (text) => {
    expect(parse(text).diagnostics).toEqual([]);
  });

  it('takes every word as a name', () => {
    for (const word of everyWord) {
      const text = `query ${word}($${word}: ${word} = { ${word}: 1 }) @${word} {
        ${word}: ${word}(${word}: $${word}, a: ${word === 'on' ? 'x' : word}) @${word} { ${word} ${word}: ${word} }
      }
      fragment ${word === 'on' ? 'x' : word} on ${word} { ${word} }
      schema {
        define collection ${word} { ${word}: ${word} ${word}: [${word}!]! }
        define collection if not exists ${word} @${word} { ${word}: ${word} @${word} }
        drop collection ${word} drop collection ${word} if exists
        alter collection ${word} { add ${word}: ${word} drop ${word} rename ${word} to ${word} modify ${word}: ${word} add index (${word}, ${word}) unique drop index (${word}) }
      }
      migrate { "v1": { create collection ${word} { ${word}: ${word} }
        migrate data in ${word} { set ${word} = ${word} + ${word}.${word} where { ${word}: ${word} } set ${word}.${word} = ${word}(${word} { ${word}: ${word} } [${word}]) }
      } }`;
      expect({ word, found: parse(text).diagnostics }).toEqual({ word, found: [] });
    }
  });

  it('names the statements with their places', () => {
    const text =
      '{ a { b } } fragment F on x { y } mutation M { z } schema { } migrate { "v1": { } }';
    const found = parse(text).statements.map(({ kind, name, span }) => [
      kind,
      name,
      text.slice(span.start, span.end),
    ]);
    expect(found).toEqual([
      ['query', undefined, '{ a { b } }'],
      ['mutation', 'M', 'mutation M { z }'],
      ['schema', undefined, 'schema { }'],
      ['migrate', undefined, 'migrate { "v1": { } }'],
    ]);
  });

  it('decodes strings as GraphQL does', () => {
    const text = String.raw`{ a(b: "x\n\u0041\u{1F600}\uD83D\uDE00", c: """
        first
          second\"""
      """) }`;
    const [definition] = parse(text).document.definitions;
    const node = definition?.node.kind === 'operation' ? definition.node : undefined;
    const [field] = node?.selectionSet.selections ?? [];
    const values = field?.kind === 'field' ? field.arguments.map(({ value }) => value) : [];
    expect(values.map((value) => (value.kind === 'string' ? value.value : ''))).toEqual([
      'x\nA😀😀',
      'first\n  second"""',
    ]);
  });

  it('refuses texts that are nested too deep instead of running out of stack', () => {
    const text = `{ a(b: ${'['.repeat(100_000)}`;
    expect(parse(text).diagnostics.map(({ code }) => code)).toEqual(['LimitExceeded']);
  });

  it('refuses texts beyond its length', () => {
    const text = ' '.repeat(aqlLimits.textLengthMax + 1);
    expect(parse(text).diagnostics.map(({ code }) => code)).toEqual(['LimitExceeded']);
  });

  it('survives random changes of texts, as do binder, formatter and service', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      ':',
      '"',
      '$',
      '@',
      '...',
      '#',
      ' ',
      '\n',
      'query',
      'where',
      'on',
      'users',
      'schema',
      'define collection',
      '1',
      '"""',
      '\\',
      'é',
      '\uD83D',
    );
    const change = fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), piece });
    fc.assert(
      fc.property(
        fc.constantFrom(...sampleTexts),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (sample, changes, place) => {
          let text = sample;
          for (const { at, length, piece: added } of changes) {
            const start = at % (text.length + 1);
            text = text.slice(0, start) + added + text.slice(start + length);
          }
          const offset = place % (text.length + 1);
          const { document, diagnostics } = parse(text);
          const found = [...diagnostics, ...bind(document, sampleCatalog).diagnostics];
          for (const { span } of found) {
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.end).toBeGreaterThanOrEqual(span.start);
            expect(span.end).toBeLessThanOrEqual(text.length);
          }
          if (diagnostics.length === 0) {
            const formatted = format(text);
            expect(format(formatted)).toBe(formatted);
          }
          for (const { replaceSpan } of complete(text, offset, sampleCatalog)) {
            expect(replaceSpan.start).toBeLessThanOrEqual(offset);
            expect(replaceSpan.end).toBeLessThanOrEqual(text.length);
          }
          hover(text, offset, sampleCatalog);
          const statement = statementAt(text, offset);
          if (statement !== undefined) {
            const { runText, runSpan } = statement;
            expect(runText.length).toBe(runSpan.end - runSpan.start);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    // Found by the fuzz test: what a rule gave after recovering was looked into by another.
    'schema{define handler""""""action:......{e}}alter,n{add\nindex(h. 1,.o',
    'migrate { "v1": { migrate data in users { set a = -[1 : set b = -{ c 1 } } }',
  ])('reports %j instead of failing over it', (text) => {
    expect(parse(text).diagnostics).not.toEqual([]);
  });

  it('takes one expression for an expression, and nothing behind it', () => {
    expect(parseExpression('if(a > 1, "x", lower(b)) ').expression?.kind).toBe('call');
    for (const text of ['', 'a b', 'a } } } }', 'a where { b: 1 }', '(a', 'a } } "v2": {', '1 +']) {
      const { expression, diagnostics } = parseExpression(text);
      expect({ text, expression, count: diagnostics.length }).toEqual({
        text,
        expression: undefined,
        count: 1,
      });
    }
  });
});
