/*
 * Splits a text into tokens, exactly as the GraphQL specification says, beside the few marks that expressions add. It
 * is written by hand and not by Chevrotain's generic lexer because it stands on the hot path: it looks at each
 * character about once, tells keywords from names by a map, and checks the limits of the language as it goes.
 *
 * Malformed strings and numbers are tokens of their own: the parser goes on behind them as if they were well formed.
 */
import type { IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import * as t from './tokens.ts';

export interface LexedText {
  /** Without comments. */
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
  /** Characters of no token, strings without end and numbers that are none, in text order. */
  readonly findings: readonly Diagnostic[];
  /** The limit that the text exceeds; what lies behind its place is not in `tokens`. */
  readonly exceeded: Diagnostic | undefined;
}

/** Linear in the length of the text. */
export function tokenize(text: string): LexedText {
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const findings: Diagnostic[] = [];
  let exceeded: Diagnostic | undefined;
  let depth = 0;
  let at = 0;
  while (at < text.length && exceeded === undefined) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? classes[code] : code === byteOrderMark ? blank : other;
    if (kind === blank) {
      at++;
    } else if (kind === letter) {
      const end = wordEnd(text, at + 1);
      const image = text.slice(at, end);
      tokens.push(tokenOf(t.wordTypes.get(image) ?? t.Name, image, at));
      at = end;
    } else if (kind === bracketOrMark) {
      const found = t.markTypes[code];
      if (found === undefined) break;
      tokens.push(tokenOf(found.type, found.image, at));
      depth = Math.max(0, depth + found.nesting);
      if (depth > aqlLimits.depthMax) exceeded = tooDeep(at);
      at++;
    } else if (kind === comment) {
      const end = commentEnd(text, at);
      comments.push(tokenOf(t.Comment, text.slice(at, end), at));
      at = end;
    } else {
      const token = rareToken(text, at, code);
      if (token.tokenType !== t.Stray) tokens.push(token);
      const finding = malformed(token);
      if (finding !== undefined) findings.push(finding);
      at += token.image.length;
    }
    if (tokens.length > aqlLimits.tokenCountMax) exceeded = tooMany(tokens);
  }
  return { tokens, comments, findings, exceeded };
}

const other = 0;
const blank = 1;
const letter = 2;
const digit = 3;
const bracketOrMark = 4;
const comment = 5;
const byteOrderMark = 0xfeff;
const quote = 0x22;
const backslash = 0x5c;

const classes: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[\t\n\r ,]/.test(char)) return blank;
  if (/[A-Za-z_]/.test(char)) return letter;
  if (/[0-9]/.test(char)) return digit;
  if (char === '#') return comment;
  return t.markTypes[code] === undefined ? other : bracketOrMark;
});

function tokenOf(type: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenTypeIdx: type.tokenTypeIdx ?? 0, tokenType: type };
}

function wordEnd(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const kind = classes[text.charCodeAt(at)];
    if (kind !== letter && kind !== digit) break;
  }
  return at;
}

/** Half of a surrogate pair belongs in no text, so a comment ends there. */
const commentForm = /#[^\r\n\p{Surrogate}]*/uy;

function commentEnd(text: string, at: number): number {
  commentForm.lastIndex = at;
  return commentForm.test(text) ? commentForm.lastIndex : at + 1;
}

const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])/y;
const malformedNumberForm = /-?(?:[0-9]|\.[0-9])(?:[eE][+-]?|[\w.])*/y;
const operatorForm = /\.\.\.|[<>]=|[-.<>]/y;
const strayForm = /[^\w\t\n\r ,#"!$%&()*+\-./:;<=>?@[\]{|}\uFEFF]+/y;

/** A string, a number, an operator of several characters, or characters of no token. */
function rareToken(text: string, at: number, code: number): IToken {
  if (code === quote) return text.startsWith('"""', at) ? blockAt(text, at) : stringAt(text, at);
  const number = matched(t.NumberValue, numberForm, text, at);
  if (number !== undefined) return number;
  const wrong = matched(t.MalformedNumber, malformedNumberForm, text, at);
  if (wrong !== undefined) return wrong;
  const operator = matched(t.Dot, operatorForm, text, at);
  if (operator === undefined) {
    return matched(t.Stray, strayForm, text, at) ?? tokenOf(t.Stray, text.charAt(at), at);
  }
  return tokenOf(t.operatorTypes.get(operator.image) ?? t.Stray, operator.image, at);
}

/** The token of that form, if the text has it there. */
function matched(type: TokenType, form: RegExp, text: string, at: number): IToken | undefined {
  form.lastIndex = at;
  return form.test(text) ? tokenOf(type, text.slice(at, form.lastIndex), at) : undefined;
}

function stringAt(text: string, start: number): IToken {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return tokenOf(t.StringValue, text.slice(start, at + 1), start);
    if (isLineEnd(code)) break;
    if (code === backslash && !isLineEnd(text.charCodeAt(at + 1))) at++;
  }
  return tokenOf(t.UnclosedString, text.slice(start, at), start);
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

function blockAt(text: string, start: number): IToken {
  let end = text.indexOf('"""', start + 3);
  while (end > start + 2 && text.charCodeAt(end - 1) === backslash) {
    // An escaped end stands for itself, and the quotes it takes cannot end the string.
    end = text.indexOf('"""', end + 3);
  }
  if (end < 0) return tokenOf(t.UnclosedBlockString, text.slice(start), start);
  return tokenOf(t.BlockString, text.slice(start, end + 3), start);
}

function malformed(token: IToken): Diagnostic | undefined {
  switch (token.tokenType) {
    case t.UnclosedString:
      return finding(token, 'This string is not closed.', 'Close it with ".');
    case t.UnclosedBlockString:
      return finding(token, 'This string is not closed.', 'Close it with """.');
    case t.MalformedNumber:
      return finding(
        token,
        `"${token.image.slice(0, 40)}" is not a number.`,
        numberHint(token.image),
      );
    case t.Stray:
      return finding(token, `Unexpected ${shown(token.image)}.`, strayHint(token.image));
    default:
      return undefined;
  }
}

function numberHint(image: string): string | undefined {
  if (/^-?0[0-9]/.test(image)) return 'A number does not begin with 0.';
  if (/^-?\.[0-9]+$/.test(image)) return `Write ${image.replace('.', '0.')}.`;
  return /^-?[0-9]+\.$/.test(image) ? `Write ${image.slice(0, -1)} or ${image}0.` : undefined;
}

/** What was likely meant by a character that the language does not have. */
function strayHint(image: string): string | undefined {
  if (/^['`´‘’‚“”„«»]/u.test(image)) return 'Texts stand in straight double quotes: "…".';
  if (/^[\p{L}\p{M}]/u.test(image)) {
    return 'Names are made of A–Z, a–z, 0–9 and _. Other letters stand in texts, in quotes.';
  }
  if (/^[\p{Z}\p{Cf}]/u.test(image)) {
    return 'It cannot be seen, or looks like a space. Remove it, or put a space in its place.';
  }
  return undefined;
}

/** Visible characters as they are, others by their code: a reader would not see them. */
function shown(image: string): string {
  const visible = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;
  if (visible.test(image)) return JSON.stringify(image.slice(0, 40));
  const code = image.codePointAt(0) ?? 0;
  return `character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function finding(token: IToken, message: string, hint?: string): Diagnostic {
  const span = { start: token.startOffset, end: token.startOffset + token.image.length };
  const base = { code: 'SyntaxError', severity: 'error', span, message } as const;
  return hint === undefined ? base : { ...base, hint };
}

function tooDeep(at: number): Diagnostic {
  const message = `Brackets are nested more than ${aqlLimits.depthMax} deep.`;
  return { code: 'LimitExceeded', severity: 'error', span: { start: at, end: at + 1 }, message };
}

function tooMany(tokens: readonly IToken[]): Diagnostic {
  const { startOffset = 0, image = '' } = tokens.at(-1) ?? {};
  const span = { start: startOffset, end: startOffset + image.length };
  const message = `The text has more than ${aqlLimits.tokenCountMax} words and marks.`;
  return { code: 'LimitExceeded', severity: 'error', span, message };
}
