import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../syntax/parse.ts';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { sampleTexts } from '../testdata/sample-texts.ts';
import { codeActions } from './code-actions.ts';
import { complete } from './complete.ts';
import { hover } from './hover.ts';
import { documentSymbols, foldingRanges, selectionRanges } from './outline.ts';
import { semanticTokens } from './semantic-tokens.ts';
import { signatureHelp } from './signature-help.ts';
import { definition, references, rename } from './symbols.ts';

const catalog = {
  ...sampleCatalog,
  samples: { 'users.role': [{ value: 'admin', count: 3 }], 'users.address.city': [] },
};

const pieces = [
  ...['{', '}', '(', ')', '[', ']', ':', '"', '$', '@', '...', '#', ' ', '\n', '=', '!', '-', '1'],
  ...['query', 'mutation', 'where', 'on', 'users', 'schema', 'define collection', 'migrate', 'set'],
  ...['"""', '\\', 'é', '\uD83D', 'constructor', '__proto__', 'groupBy', 'lookup', 'team'],
];

/** Texts as they are while somebody types: samples with pieces put in and taken out. */
const brokenText = fc
  .tuple(
    fc.constantFrom(...sampleTexts),
    fc.array(
      fc.record({
        at: fc.nat(),
        length: fc.nat({ max: 40 }),
        piece: fc.constantFrom(...pieces),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  )
  .map(([sample, changes]) =>
    changes.reduce((text, { at, length, piece }) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + piece + text.slice(start + length);
    }, sample),
  );

describe('the language service', () => {
  it('answers at every place of a broken text with places inside it', () => {
    fc.assert(
      fc.property(brokenText, fc.nat(), fc.nat(), (text, place, width) => {
        const offset = place % (text.length + 1);
        const end = Math.min(text.length, offset + (width % 30));
        const spans = [
          ...complete(text, offset, catalog).map(({ replaceSpan }) => replaceSpan),
          ...references(text, offset, catalog),
          ...selectionRanges(text, offset),
          ...foldingRanges(text).map(({ span }) => span),
          ...semanticTokens(text, catalog).map(({ span }) => span),
          ...documentSymbols(text, catalog).map(({ span }) => span),
        ];
        const single = [hover(text, offset, catalog)?.span, definition(text, offset, catalog)];
        signatureHelp(text, offset, catalog);
        rename(text, offset, 'renamed', catalog);
        const { diagnostics } = parse(text);
        const actions = codeActions(text, { start: offset, end }, diagnostics, catalog);
        spans.push(...actions.flatMap(({ edits }) => edits.map(({ span }) => span)));
        const all = [...spans, ...single.filter((span) => span !== undefined)];
        const outside = all.filter(
          (span) => !(0 <= span.start && span.start <= span.end && span.end <= text.length),
        );
        expect(outside).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('answers about texts of nothing but brackets in time that grows with their length', () => {
    // Each of these took time in the square of its length if the walk searched its stack at every bracket.
    for (const piece of ['{', '(', '[', '{ users(', '} {', '[ ] {', '{ a: [']) {
      const text = piece.repeat(10_000);
      const offset = text.length >> 1;
      expect(complete(text, offset, catalog).length).toBeLessThan(1_000);
      expect(foldingRanges(`${text}\n}`).length).toBeLessThan(10_001);
      semanticTokens(text, catalog);
      documentSymbols(text, catalog);
      references(text, offset, catalog);
      selectionRanges(text, offset);
    }
  });
});
