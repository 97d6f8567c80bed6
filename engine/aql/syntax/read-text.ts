/*
 * From text to what the grammar makes of it: the lexer, the parser with and without recovery, and the findings of
 * both in text order.
 */
import { EOF, type IRecognitionException, type IToken } from 'chevrotain';
import type { Diagnostic, Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import { AqlParser, type ParserFindings } from './grammar.ts';
import { type LexedText, tokenize } from './lexer.ts';

/** Parsers are costly to make, synchronous, and reset by each text: these two serve all. */
const plainParser = new AqlParser(false);
const recoveringParser = new AqlParser(true);

/**
 * Reads a text, without recovery first: nearly all texts have no faults. Gives no reading for a text beyond the limits
 * of the language.
 */
export function readText<Reading extends ParserFindings>(
  text: string,
  read: (parser: AqlParser, tokens: IToken[]) => Reading,
): { readonly reading?: Reading; readonly diagnostics: readonly Diagnostic[] } {
  if (text.length > aqlLimits.textLengthMax) {
    const span = { start: 0, end: 1 };
    const message = `The text is longer than ${aqlLimits.textLengthMax} characters.`;
    return { diagnostics: [{ code: 'LimitExceeded', severity: 'error', span, message }] };
  }
  const lexed = tokenize(text);
  if (lexed.exceeded !== undefined) return { diagnostics: [lexed.exceeded] };
  if (lexed.findings.length === 0) {
    const reading = read(plainParser, lexed.tokens);
    if (isFaultless(reading)) return { reading, diagnostics: noDiagnostics };
  }
  const reading = read(recoveringParser, lexed.tokens);
  return { reading, diagnostics: findingsOf(text, lexed, reading) };
}

const noDiagnostics: readonly Diagnostic[] = [];

function isFaultless({ errors, findings, strays }: ParserFindings): boolean {
  return errors.length === 0 && findings.length === 0 && strays.length === 0;
}

function findingsOf(text: string, lexed: LexedText, reading: ParserFindings): Diagnostic[] {
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

function spanOfToken(token: IToken | undefined): Span {
  if (token === undefined) return { start: 0, end: 0 };
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}
