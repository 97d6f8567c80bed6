/* The shape of a text: what can be folded, the tree of its statements, and ever wider selections around a place. */
import type { IToken } from 'chevrotain';
import type { CatalogShape } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { tokenize } from '../syntax/lexer.ts';
import { parse } from '../syntax/parse.ts';
import * as t from '../syntax/tokens.ts';
import { type ClosingBrackets, closingBrackets, endOf } from './brackets.ts';
import { type Mark, type MarkedText, markText } from './marks.ts';

export interface FoldingRange {
  /** From the first character that stays visible to the last one that is hidden or closes the range. */
  readonly span: Span;
  readonly kind: 'block' | 'comment';
}

/** Ranges of more than one line: brackets, block strings, and comments that follow each other. */
export function foldingRanges(text: string): readonly FoldingRange[] {
  const { tokens, comments } = tokenize(text);
  const isLong = ({ span }: FoldingRange) => {
    const lineEnd = text.indexOf('\n', span.start);
    return lineEnd >= 0 && lineEnd < span.end;
  };
  const blocks: FoldingRange[] = [];
  for (const [opener, closer] of closingBrackets(tokens)) {
    const start = tokens[opener]?.startOffset ?? 0;
    const end = tokens[closer]?.startOffset ?? start;
    blocks.push({ span: { start, end }, kind: 'block' });
  }
  for (const token of tokens) {
    if (token.tokenType !== t.BlockString) continue;
    blocks.push({ span: { start: token.startOffset, end: endOf(token) }, kind: 'block' });
  }
  return [...blocks, ...commentBlocks(text, comments)]
    .filter(isLong)
    .sort((a, b) => a.span.start - b.span.start);
}

function commentBlocks(text: string, comments: readonly IToken[]): FoldingRange[] {
  const found: { span: { start: number; end: number }; kind: 'comment' }[] = [];
  for (const comment of comments) {
    const lineStart = text.lastIndexOf('\n', comment.startOffset - 1) + 1;
    if (text.slice(lineStart, comment.startOffset).trim() !== '') continue;
    const last = found.at(-1);
    const isNext = last !== undefined && /^\s*$/.test(text.slice(last.span.end, lineStart));
    if (isNext) last.span.end = endOf(comment);
    else found.push({ span: { start: comment.startOffset, end: endOf(comment) }, kind: 'comment' });
  }
  return found;
}

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: 'statement' | 'fragment' | 'collection' | 'field' | 'function' | 'version';
  readonly detail: string;
  readonly span: Span;
  /** The name within it. */
  readonly nameSpan: Span;
  readonly children: readonly DocumentSymbol[];
}

type Node = DocumentSymbol & { readonly children: DocumentSymbol[] };

/** The statements of a text with what they read, change and define. */
export function documentSymbols(text: string, catalog: CatalogShape): readonly DocumentSymbol[] {
  const marked = markText(text, catalog);
  const closers = closingBrackets(marked.tokens);
  const nodes = [
    ...statementNodes(marked),
    ...marked.marks.flatMap((mark) => nodeOf(marked, mark, closers) ?? []),
  ].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const roots: DocumentSymbol[] = [];
  const open: Node[] = [];
  for (const node of nodes) {
    while (open.length > 0 && (open.at(-1)?.span.end ?? 0) < node.span.end) open.pop();
    (open.at(-1)?.children ?? roots).push(node);
    open.push(node);
  }
  return roots;
}

function statementNodes({ definitions, marks, tokens }: MarkedText): Node[] {
  const marksOf = new Map<number, Mark[]>();
  for (const mark of marks) {
    const own = marksOf.get(mark.definition);
    if (own === undefined) marksOf.set(mark.definition, [mark]);
    else own.push(mark);
  }
  return definitions.slice(1).map(({ start, end, token }, index) => {
    const own = marksOf.get(index + 1) ?? [];
    const span = { start, end };
    const [keyword] = own;
    const hasKeyword = keyword?.role === 'keyword' && keyword.span.start === span.start;
    const named = own.find(({ role }) => role === 'operationName' || role === 'fragmentDefinition');
    const word = hasKeyword ? keyword.name : 'query';
    const first = tokens[token];
    return {
      name: named?.name ?? word,
      kind: word === 'fragment' ? 'fragment' : 'statement',
      detail: named === undefined ? '' : word,
      span,
      nameSpan: named?.span ?? {
        start: span.start,
        end: first === undefined ? span.start : endOf(first),
      },
      children: [],
    };
  });
}

function nodeOf(
  { tokens, marksByToken }: MarkedText,
  mark: Mark,
  closers: ClosingBrackets,
): Node | undefined {
  const kind = nodeKind(mark);
  if (kind === undefined) return undefined;
  const before = marksByToken.get(mark.token - 2);
  const alias = tokens[mark.token - 1]?.tokenType === t.Colon ? before : undefined;
  const hasAlias = alias?.role === 'alias';
  const shown = hasAlias ? alias : mark;
  const quote = tokens[mark.token]?.image.startsWith('"') ? 1 : 0;
  return {
    name: shown.name,
    kind,
    detail: hasAlias ? mark.name : '',
    span: {
      start: shown.span.start - quote,
      end: Math.max(itemEnd(tokens, mark.token, closers), mark.span.end),
    },
    nameSpan: shown.span,
    children: [],
  };
}

function nodeKind({ role, frame }: Mark): Node['kind'] | undefined {
  const isRoot = frame.area === 'queryRoot' || frame.area === 'mutationRoot';
  const isStatement = frame.area === 'schema' || frame.area === 'steps';
  switch (role) {
    case 'collection':
      return (isRoot || isStatement) && frame.expecting !== 'typeCondition'
        ? 'collection'
        : undefined;
    case 'collectionDefinition':
      return 'collection';
    case 'fieldDefinition':
      return 'field';
    case 'function':
      return isRoot ? 'function' : undefined;
    case 'version':
    case 'handler':
      return 'version';
    default:
      return undefined;
  }
}

/** Where the item ends whose name is at the index: behind its arguments, directives, type and braces. */
function itemEnd(tokens: readonly IToken[], index: number, closers: ClosingBrackets): number {
  let at = index;
  for (;;) {
    const next = tokens[at + 1];
    if (next === undefined) break;
    const closer = closers.get(at + 1);
    if (closer !== undefined) at = closer;
    else if (next.tokenType === t.At || next.tokenType === t.Colon)
      at = Math.min(at + 2, tokens.length - 1);
    else if (next.tokenType === t.Bang) at++;
    else break;
    if (next.tokenType === t.Colon && closers.has(at)) at = closers.get(at) ?? at;
  }
  const last = tokens[at];
  return last === undefined ? 0 : endOf(last);
}

/** Ranges around a place, each one inside the next: the word, its value, its field … the text. */
export function selectionRanges(text: string, offset: number): readonly Span[] {
  const { tokens } = tokenize(text);
  const spans: Span[] = [{ start: 0, end: text.length }];
  const around = (start: number, end: number) => {
    if (start <= offset && offset <= end) spans.push({ start, end });
  };
  for (const token of tokens) {
    if (/^["\w-]/.test(token.image)) around(token.startOffset, endOf(token));
    if (!token.image.startsWith('"') || token.tokenType === t.UnclosedString) continue;
    const quotes = token.image.startsWith('"""') ? 3 : 1;
    around(token.startOffset + quotes, endOf(token) - quotes);
  }
  for (const [opener, closer] of closingBrackets(tokens)) {
    const [first, last] = [tokens[opener], tokens[closer]];
    const [inner, innerLast] = [tokens[opener + 1], tokens[closer - 1]];
    if (first === undefined || last === undefined) continue;
    around(first.startOffset, endOf(last));
    if (closer > opener + 1 && inner !== undefined && innerLast !== undefined) {
      around(inner.startOffset, endOf(innerLast));
    }
  }
  collectSpans(parse(text).document, around);
  return nested(spans);
}

/** Every span in a syntax tree, whatever its nodes are called. */
function collectSpans(node: unknown, take: (start: number, end: number) => void): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'span' && isSpan(value)) take(value.start, value.end);
    else collectSpans(value, take);
  }
}

function isSpan(value: unknown): value is Span {
  if (typeof value !== 'object' || value === null || !('start' in value) || !('end' in value)) {
    return false;
  }
  return typeof value.start === 'number' && typeof value.end === 'number';
}

/** The spans that lie inside each other, smallest first. */
function nested(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.end - a.start - (b.end - b.start));
  const chain: Span[] = [];
  for (const span of sorted) {
    const last = chain.at(-1);
    const isWider =
      last === undefined ||
      (span.start <= last.start &&
        last.end <= span.end &&
        (span.start < last.start || last.end < span.end));
    if (isWider && span.end > span.start) chain.push(span);
  }
  return chain;
}
