import { EOF, type IRecognitionException, type IToken } from 'chevrotain';
import type { Diagnostic, Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import type { DefinitionNode, DocumentNode } from './ast.ts';
import { AqlParser, type ParserReading } from './grammar.ts';
import { type LexedText, tokenize } from './lexer.ts';

/** One operation or block of a text. Fragments are no statements. */
export interface ParsedStatement {
  readonly kind: 'query' | 'mutation' | 'subscription' | 'schema' | 'migrate';
  readonly name?: string;
  readonly span: Span;
}

export interface ParseResult {
  readonly document: DocumentNode;
  /** Every syntax error, in text order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Operations and blocks in text order, those with errors included. */
  readonly statements: readonly ParsedStatement[];
}

/** Parsers are costly to make, synchronous, and reset by each text: these two serve all. */
const plainParser = new AqlParser(false);
const recoveringParser = new AqlParser(true);

/**
 * Parses AQL text into a syntax tree. Never throws: what is wrong comes as diagnostics, all of it at once, and the
 * definitions without errors stay usable. Linear in the length of the text.
 */
export function parse(text: string): ParseResult {
  if (text.length > aqlLimits.textLengthMax) {
    const span = { start: 0, end: 1 };
    const message = `The text is longer than ${aqlLimits.textLengthMax} characters.`;
    return refused(text, { code: 'LimitExceeded', severity: 'error', span, message });
  }
  const lexed = tokenize(text);
  if (lexed.exceeded !== undefined) return refused(text, lexed.exceeded);
  if (lexed.findings.length === 0) {
    const reading = plainParser.read(text, lexed.tokens);
    if (isFaultless(reading)) return result(text, reading.definitions, []);
  }
  const reading = recoveringParser.read(text, lexed.tokens);
  return result(text, reading.definitions, findingsOf(text, lexed, reading));
}

function refused(text: string, diagnostic: Diagnostic): ParseResult {
  const document = { definitions: [], length: text.length };
  return { document, diagnostics: [diagnostic], statements: [] };
}

function isFaultless({ errors, findings, strays }: ParserReading): boolean {
  return errors.length === 0 && findings.length === 0 && strays.length === 0;
}

function result(
  text: string,
  definitions: readonly DefinitionNode[],
  diagnostics: readonly Diagnostic[],
): ParseResult {
  return {
    document: { definitions: markBroken(definitions, diagnostics), length: text.length },
    diagnostics,
    statements: definitions.flatMap((node) => statementOf(node) ?? []),
  };
}

function findingsOf(text: string, lexed: LexedText, reading: ParserReading): Diagnostic[] {
  const syntactic = syntaxFindings(reading.errors, lexed.tokens);
  const firstError = syntactic[0]?.span.start ?? text.length + 1;
  const diagnostics = [
    ...lexed.findings,
    ...syntactic,
    ...reading.findings,
    // Text that begins no statement is most often what recovery left over of an earlier error.
    ...reading.strays.filter((found) => found.span.start < firstError),
  ];
  diagnostics.sort((a, b) => a.span.start - b.span.start);
  return withoutRepeats(diagnostics).slice(0, aqlLimits.diagnosticCountMax);
}

function syntaxFindings(
  errors: readonly IRecognitionException[],
  tokens: readonly IToken[],
): Diagnostic[] {
  const last = tokens.at(-1);
  const end = last === undefined ? 0 : spanOfToken(last).end;
  return errors.map((error) => {
    const atEnd = error.token.tokenType === EOF;
    const span = atEnd ? { start: end, end } : spanOfToken(error.token);
    const hint = closingHint(error.message, error.token, tokens);
    return syntaxError(span, error.message, hint);
  });
}

/** Names the bracket that a missing closing bracket belongs to, which may be far above. */
function closingHint(
  message: string,
  token: IToken,
  tokens: readonly IToken[],
): string | undefined {
  if (token.tokenType !== EOF || message === '') return undefined;
  const open: IToken[] = [];
  for (const each of tokens) {
    if ('{(['.includes(each.image)) open.push(each);
    else if ('})]'.includes(each.image)) open.pop();
  }
  const unclosed = open.at(-1);
  return unclosed === undefined ? undefined : `A "${unclosed.image}" is not closed.`;
}

function syntaxError(span: Span, message: string, hint?: string): Diagnostic {
  const base = { code: 'SyntaxError', severity: 'error', span, message } as const;
  return hint === undefined ? base : { ...base, hint };
}

/** Recovery may stumble over one place several times; the first finding there says it. */
function withoutRepeats(sorted: readonly Diagnostic[]): Diagnostic[] {
  const kept: Diagnostic[] = [];
  for (const each of sorted) {
    const previous = kept.at(-1);
    const isRepeat =
      previous !== undefined &&
      (each.span.start < previous.span.end || each.span.start === previous.span.start);
    if (!isRepeat) kept.push(each);
  }
  return kept;
}

function markBroken(
  nodes: readonly DefinitionNode[],
  diagnostics: readonly Diagnostic[],
): DocumentNode['definitions'] {
  return nodes.map((node, index) => {
    const next = nodes[index + 1]?.span.start ?? Number.POSITIVE_INFINITY;
    const isBroken = diagnostics.some(
      ({ span }) => span.start >= node.span.start && span.start < next,
    );
    return { node, isBroken };
  });
}

function statementOf(node: DefinitionNode): ParsedStatement | undefined {
  switch (node.kind) {
    case 'fragment':
      return undefined;
    case 'unreadable':
      return node.keyword === 'fragment' ? undefined : { kind: node.keyword, span: node.span };
    case 'operation': {
      const base = { kind: node.operation, span: node.span } as const;
      return node.name === undefined ? base : { ...base, name: node.name.value };
    }
    default:
      return { kind: node.kind, span: node.span };
  }
}

function spanOfToken(token: IToken | undefined): Span {
  if (token === undefined) return { start: 0, end: 0 };
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}
