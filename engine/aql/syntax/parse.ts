import { EOF, type ILexingResult, type IRecognitionException, type IToken } from 'chevrotain';
import type { Diagnostic, Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import type { DefinitionNode, DocumentNode } from './ast.ts';
import { AqlParser } from './grammar.ts';
import * as t from './tokens.ts';

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

/** The parser is costly to make, synchronous, and reset by each text: one serves all. */
const parser = new AqlParser();

/**
 * Parses AQL text into a syntax tree. Never throws: what is wrong comes as diagnostics, all of it at once, and the
 * definitions without errors stay usable. Linear in the length of the text.
 */
export function parse(text: string): ParseResult {
  if (text.length > aqlLimits.textLengthMax) {
    return refused(text, `The text is longer than ${aqlLimits.textLengthMax} characters.`);
  }
  const lexed = t.aqlLexer.tokenize(text);
  const beyond = exceededLimit(lexed.tokens);
  if (beyond !== undefined) return refused(text, beyond.message, beyond.span);

  const { definitions, errors, findings } = parser.read(text, lexed.tokens);
  const syntactic = syntaxFindings(errors, lexed.tokens);
  const firstError = syntactic[0]?.span.start ?? text.length + 1;
  const diagnostics = [
    ...lexicalFindings(text, lexed),
    ...syntactic,
    // Text that begins no statement is most often what recovery left over of an earlier error.
    ...findings.filter((found) => found.span.start < firstError),
  ];
  diagnostics.sort((a, b) => a.span.start - b.span.start);
  const kept = withoutRepeats(diagnostics).slice(0, aqlLimits.diagnosticCountMax);
  return {
    document: { definitions: markBroken(definitions, kept), length: text.length },
    diagnostics: kept,
    statements: definitions.flatMap((node) => statementOf(node) ?? []),
  };
}

function refused(text: string, message: string, span?: Span): ParseResult {
  const place = span ?? { start: 0, end: Math.min(text.length, 1) };
  return {
    document: { definitions: [], length: text.length },
    diagnostics: [{ code: 'LimitExceeded', severity: 'error', span: place, message }],
    statements: [],
  };
}

function exceededLimit(tokens: readonly IToken[]): { message: string; span: Span } | undefined {
  if (tokens.length > aqlLimits.tokenCountMax) {
    const message = `The text has more than ${aqlLimits.tokenCountMax} words and marks.`;
    return { message, span: spanOfToken(tokens[aqlLimits.tokenCountMax]) };
  }
  let depth = 0;
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === t.BraceOpen || type === t.ParenOpen || type === t.BracketOpen) {
      depth++;
      if (depth > aqlLimits.depthMax) {
        const message = `Brackets are nested more than ${aqlLimits.depthMax} deep.`;
        return { message, span: spanOfToken(token) };
      }
    } else if (type === t.BraceClose || type === t.ParenClose || type === t.BracketClose) {
      depth = Math.max(0, depth - 1);
    }
  }
  return undefined;
}

function lexicalFindings(text: string, lexed: ILexingResult): Diagnostic[] {
  const found: Diagnostic[] = lexed.errors.map((error) => {
    const span = { start: error.offset, end: error.offset + error.length };
    const shown = JSON.stringify(text.slice(span.start, Math.min(span.end, span.start + 40)));
    return syntaxError(span, `Unexpected ${shown}.`);
  });
  for (const token of lexed.tokens) {
    const span = spanOfToken(token);
    if (token.tokenType === t.UnclosedString) {
      found.push(syntaxError(span, 'This string is not closed.', 'Close it with ".'));
    } else if (token.tokenType === t.UnclosedBlockString) {
      found.push(syntaxError(span, 'This string is not closed.', 'Close it with """.'));
    } else if (token.tokenType === t.MalformedNumber) {
      found.push(syntaxError(span, `"${token.image.slice(0, 40)}" is not a number.`));
    }
  }
  return found;
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
