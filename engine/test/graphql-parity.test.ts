/*
 * Our parser beside graphql-js's: every executable document gives both the same tree, places included, and what one
 * refuses the other refuses, outside the leniencies that engine/aql/README.md lists.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type DocumentNode, Kind, parse as parseGraphQl, print } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { format, parse } from '#engine/aql';
import { GrammarTexts, randomNumbers } from './fuzz-grammar.ts';
import { mutated } from './fuzz-inputs.ts';
import { CountingParser } from './fuzz-steps.ts';
import { goodDocuments, lenientDocuments, typeSystemDocuments } from './graphql-parity-corpus.ts';
import { graphQlDocuments } from './graphql-parity-documents.ts';
import { malformedDocuments } from './graphql-parity-malformed.ts';
import { type Tree, treeOfAql, treeOfGraphQl } from './graphql-parity-tree.ts';

const generatedCount = 2_000;
/** Generous: the machine may be busy. */
const timeoutMs = 60_000;

/** The kinds of executable documents, and of nothing else. */
const executableKinds: readonly string[] = Object.values(Kind).filter(
  (kind) =>
    !/Definition$|Extension$|Coordinate$/.test(kind) ||
    /^(Operation|Fragment|Variable)Definition$/.test(kind),
);

const kindsFromGraphQl = new Set<string>();
const kindsFromAql = new Set<string>();
const rulesFromGraphQl = new Set<string>();
const comparedCounts = {
  written: 0,
  malformed: 0,
  'graphql-js to AQL': 0,
  'AQL to graphql-js': 0,
  mutated: 0,
  'mutated and valid': 0,
};
let productions = '';

afterAll(() => {
  console.log(
    [
      ...Object.entries(comparedCounts).map(([way, count]) => `${count} ${way}`),
      `kinds ${kindsFromGraphQl.size} and ${kindsFromAql.size} of ${executableKinds.length}`,
      `${rulesFromGraphQl.size} productions reached from graphql-js`,
      `${productions} reached from AQL`,
    ].join(', '),
  );
});

function graphQlTree(text: string, seen: Set<string>): Tree {
  return treeOfGraphQl(parseGraphQl(text), seen);
}

function aqlTree(text: string): Tree {
  const { document, diagnostics } = parse(text);
  if (diagnostics.length > 0) expect({ text, diagnostics }).toEqual({ text, diagnostics: [] });
  return treeOfAql(document, text);
}

/** Quick for equal trees; the failure shows both. */
function expectSame(ours: Tree, theirs: Tree, note: unknown): void {
  if (!isDeepStrictEqual(ours, theirs))
    expect({ note, tree: ours }).toEqual({ note, tree: theirs });
}

function isRefusedByGraphQl(text: string): boolean {
  try {
    parseGraphQl(text);
    return false;
  } catch (error) {
    expect(error).toHaveProperty('name', 'GraphQLError');
    return true;
  }
}

function isRefusedByAql(text: string): boolean {
  return parse(text).diagnostics.length > 0;
}

describe('documents written by hand', () => {
  it.each(goodDocuments)('gives the same tree for %j', (text) => {
    comparedCounts.written++;
    expect(aqlTree(text)).toEqual(graphQlTree(text, kindsFromGraphQl));
  });

  it('refuses what graphql-js refuses', () => {
    comparedCounts.malformed = malformedDocuments.length;
    expect(new Set(malformedDocuments).size).toBe(malformedDocuments.length);
    expect(malformedDocuments.length).toBeGreaterThanOrEqual(150);
    const taken = malformedDocuments.map((text) => ({
      text,
      graphQl: isRefusedByGraphQl(text),
      aql: isRefusedByAql(text),
    }));
    expect(taken.filter(({ graphQl, aql }) => !graphQl || !aql)).toEqual([]);
  });

  it('refuses the type system, which graphql-js reads', () => {
    expect(typeSystemDocuments.filter((text) => !isRefusedByAql(text))).toEqual([]);
    expect(typeSystemDocuments.filter(isRefusedByGraphQl)).toEqual([]);
  });

  it('is more lenient in the listed ways only', () => {
    expect(lenientDocuments.filter(isRefusedByAql)).toEqual([]);
    expect(lenientDocuments.filter((text) => !isRefusedByGraphQl(text))).toEqual([]);
  });
});

describe('generated documents', { timeout: timeoutMs }, () => {
  it('reads what graphql-js prints as graphql-js does', () => {
    const parser = new CountingParser(false);
    fc.assert(
      fc.property(graphQlDocuments, (document: DocumentNode) => {
        comparedCounts['graphql-js to AQL']++;
        const text = print(document);
        expectSame(aqlTree(text), graphQlTree(text, kindsFromGraphQl), text);
        for (const rule of parser.read(text).rules) rulesFromGraphQl.add(rule);
      }),
      { numRuns: generatedCount },
    );
    rulesFromGraphQl.delete('document');
    const { productions: executable } = new GrammarTexts(randomNumbers(0), 'executable');
    expect([...rulesFromGraphQl].sort()).toEqual([...executable].sort());
    expect([...kindsFromGraphQl].sort()).toEqual([...executableKinds].sort());
  });

  it('writes and formats what graphql-js reads as we do', () => {
    const seed = Date.now() % 2 ** 31;
    const grammar = new GrammarTexts(randomNumbers(seed), 'executable');
    for (let count = 0; count < generatedCount; count++) {
      const text = grammar.text();
      comparedCounts['AQL to graphql-js']++;
      for (const each of [text, format(text)]) {
        expectSame(aqlTree(each), graphQlTree(each, kindsFromAql), { seed, text });
      }
    }
    productions = grammar.coverage();
    expect(grammar.unreached()).toEqual([]);
    expect([...kindsFromAql].sort()).toEqual([...executableKinds].sort());
  });

  it('takes and refuses mutations of documents as graphql-js does', () => {
    const seed = Date.now() % 2 ** 31;
    const random = randomNumbers(seed);
    for (let count = 0; count < generatedCount; count++) {
      const text = mutated(goodDocuments, random);
      const isOurs = !isRefusedByAql(text);
      const isTheirs = !isRefusedByGraphQl(text);
      comparedCounts.mutated++;
      if (isOurs && isTheirs) {
        comparedCounts['mutated and valid']++;
        expectSame(aqlTree(text), graphQlTree(text, new Set()), { seed, text });
      } else if (isOurs !== isTheirs) {
        const isListed = isOurs ? !isRefusedByGraphQl(withoutLeniencies(text)) : isTypeSystem(text);
        expect({ seed, text, isOurs, isTheirs, isListed }).toHaveProperty('isListed', true);
      }
    }
  });
});

/** The text with what only AQL has taken out: blocks of its own, and the quotes of keys. */
function withoutLeniencies(text: string): string {
  const { definitions } = parse(text).document;
  const cuts = definitions.flatMap(({ node }) => {
    if (node.kind === 'schema' || node.kind === 'migrate') return [{ ...node.span, put: ' ' }];
    return quotedKeys(node, text).map((span) => ({ ...span, put: ' key ' }));
  });
  cuts.sort((a, b) => b.start - a.start);
  let rest = text;
  for (const { start, end, put } of cuts) rest = rest.slice(0, start) + put + rest.slice(end);
  return parse(rest).document.definitions.length === 0 ? '{ nothing }' : rest;
}

function quotedKeys(node: unknown, text: string): { start: number; end: number }[] {
  if (typeof node !== 'object' || node === null) return [];
  const deeper = Object.values(node).flatMap((part: unknown) => quotedKeys(part, text));
  if (!('key' in node) || typeof node.key !== 'object' || node.key === null) return deeper;
  const span: unknown = 'span' in node.key ? node.key.span : undefined;
  const isSpan = typeof span === 'object' && span !== null && 'start' in span && 'end' in span;
  if (!isSpan || typeof span.start !== 'number' || typeof span.end !== 'number') return deeper;
  return text.startsWith('"', span.start)
    ? [{ start: span.start, end: span.end }, ...deeper]
    : deeper;
}

function isTypeSystem(text: string): boolean {
  return parseGraphQl(text).definitions.some(({ kind }) => !executableKinds.includes(kind));
}
