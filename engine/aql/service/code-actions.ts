/* What can be done to a text at a place: what findings propose, and changes that keep its meaning. */
import type { IToken } from 'chevrotain';
import { typeText } from '../binding/field-access.ts';
import type { Diagnostic, Span } from '../diagnostic.ts';
import { parse } from '../syntax/parse.ts';
import * as t from '../syntax/tokens.ts';
import { closingBrackets, endOf } from './brackets.ts';
import { isCombinator } from './cursor-areas.ts';
import { type CursorContext, contextAt } from './cursor-context.ts';
import { wantedType } from './cursor-openings.ts';
import { allFields } from './drafts-for-fields.ts';
import type { LanguageCatalog } from './language-catalog.ts';
import { type MarkedText, markText } from './marks.ts';
import { findParameter } from './signature.ts';
import type { TextEdit } from './symbols.ts';

export interface CodeAction {
  readonly title: string;
  readonly kind: 'quickfix' | 'extract' | 'rewrite';
  readonly edits: readonly TextEdit[];
  /** The finding that it resolves. */
  readonly diagnostic?: Diagnostic;
}

interface Site {
  readonly text: string;
  readonly span: Span;
  readonly marked: MarkedText;
  readonly catalog: LanguageCatalog;
  /** The first token that ends at or behind the beginning of the span. */
  readonly first: number;
  readonly context: CursorContext;
}

/** Everything that can be done at a selection, or at a cursor where its two ends are one. */
export function codeActions(
  text: string,
  span: Span,
  diagnostics: readonly Diagnostic[],
  catalog: LanguageCatalog,
): readonly CodeAction[] {
  const marked = markText(text, catalog);
  const { tokens } = marked;
  const at = tokens.findIndex((token) => endOf(token) >= span.start && token.image !== '{');
  const first = at < 0 ? tokens.length : at;
  const context = contextAt(tokens, first, catalog);
  const site: Site = { text, span, marked, catalog, first, context };
  const rewrites = [
    wrapInEq(site),
    addVariable(site),
    expandSelection(site),
    extractFragment(site),
  ];
  return [
    ...fixes(span, diagnostics),
    ...rewrites.filter((action) => action !== undefined && keepsParsing(text, action)),
  ].filter((action) => action !== undefined);
}

function fixes(span: Span, diagnostics: readonly Diagnostic[]): CodeAction[] {
  return diagnostics.flatMap((diagnostic): CodeAction[] => {
    const isHere = diagnostic.span.start <= span.end && span.start <= diagnostic.span.end;
    const { fix } = diagnostic;
    if (fix === undefined || !isHere) return [];
    return [{ title: fix.title, kind: 'quickfix', edits: fix.edits, diagnostic }];
  });
}

/** A change that is offered must not break what was whole. */
function keepsParsing(text: string, { edits }: CodeAction): boolean {
  return parse(applyEdits(text, edits)).diagnostics.length <= parse(text).diagnostics.length;
}

/** A text with edits made that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  for (const { span, text: added } of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, span.start) + added + result.slice(span.end);
  }
  return result;
}

/** The literal at the place, when a value stands there. */
function literalAt({ marked, first, span, context }: Site): IToken | undefined {
  const token = marked.tokens[first];
  const isHere = token !== undefined && token.startOffset <= span.start && span.end <= endOf(token);
  if (!isHere || context.frame.expecting !== 'value') return undefined;
  const isLiteral =
    /^["\d-]/.test(token.image) || token.image === 'true' || token.image === 'false';
  return isLiteral && token.tokenType !== t.UnclosedString ? token : undefined;
}

/** `{ age: 30 }` says the same as `{ age: { eq: 30 } }`, which has room for more. */
function wrapInEq(site: Site): CodeAction | undefined {
  const token = literalAt(site);
  const { frame } = site.context;
  if (token === undefined || frame.area !== 'filter' || isCombinator(frame.key)) return undefined;
  const span = { start: token.startOffset, end: endOf(token) };
  const edits = [{ span, text: `{ eq: ${token.image} }` }];
  return { title: 'Write as { eq: … }', kind: 'rewrite', edits };
}

/** Puts a variable in the place of a literal, with the literal as its default. */
function addVariable(site: Site): CodeAction | undefined {
  const token = literalAt(site);
  if (token === undefined) return undefined;
  const type = variableType(site, token);
  const place = declarationPlace(site);
  if (type === undefined || place === undefined) return undefined;
  const taken = new Set(
    site.marked.marks.flatMap(({ role, name }) =>
      role === 'variable' || role === 'variableDefinition' ? [name] : [],
    ),
  );
  const name = freeName(variableName(site.context), taken);
  const declaration = `$${name}: ${type} = ${token.image}`;
  return {
    title: `Make a variable $${name} of it`,
    kind: 'extract',
    edits: [
      { span: { start: place.at, end: place.at }, text: place.write(declaration) },
      { span: { start: token.startOffset, end: endOf(token) }, text: `$${name}` },
    ],
  };
}

function variableType({ context }: Site, token: IToken): string | undefined {
  const { frame, valueFrame } = context;
  switch (valueFrame.area) {
    case 'filter':
    case 'operators':
    case 'data':
    case 'update': {
      const type = wantedType(valueFrame, frame.area === 'list');
      const isPlain = type !== undefined && type.kind === 'scalar' && type.name !== 'Any';
      return isPlain ? typeText(type) : literalType(token);
    }
    case 'arguments':
      switch (findParameter(valueFrame.signature, valueFrame.key)?.kind) {
        case 'number':
        case 'boolean':
        case 'text':
        case 'instant':
          return literalType(token);
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}

function literalType({ image }: IToken): string {
  if (image.startsWith('"')) return 'String';
  if (image === 'true' || image === 'false') return 'Boolean';
  return /^-?\d+$/.test(image) ? 'Int' : 'Float';
}

function variableName({ valueFrame }: CursorContext): string {
  const { path, key, area } = valueFrame;
  const from = area === 'operators' || area === 'update' ? (path ?? key) : key;
  const name = from?.split('.').at(-1)?.replace(/\W/g, '_') ?? '';
  return /^[A-Za-z_]/.test(name) ? name : 'value';
}

/** A name that is not taken: the name itself, else with the first free number. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
  return free;
}

/** Where the operation around the place declares variables, and how one more is written there. */
function declarationPlace({
  marked,
  first,
}: Site): { at: number; write: (declaration: string) => string } | undefined {
  const { tokens, definitions } = marked;
  const offset = tokens[first]?.startOffset ?? 0;
  const own = definitions.slice(1).find(({ start, end }) => start <= offset && offset < end);
  const head = own === undefined ? undefined : tokens[own.token];
  if (own === undefined || head === undefined) return undefined;
  if (head.tokenType === t.BraceOpen) {
    return { at: head.startOffset, write: (text) => `query (${text}) ` };
  }
  const isOperation = ['query', 'mutation', 'subscription'].includes(head.image);
  if (!isOperation) return undefined;
  const second = tokens[own.token + 1];
  const hasName = second !== undefined && /^[A-Za-z_]/.test(second.image);
  const last = hasName ? own.token + 1 : own.token;
  const opener = tokens[last + 1];
  if (opener?.tokenType !== t.ParenOpen) {
    const end = endOf(tokens[last] ?? head);
    return { at: end, write: (text) => (hasName ? `(${text})` : ` (${text})`) };
  }
  const closer = tokens[closingBrackets(tokens).get(last + 1) ?? -1];
  if (closer === undefined) return undefined;
  return { at: closer.startOffset, write: (text) => `, ${text}` };
}

/** Adds every field of the collection that the selection around the place does not have. */
function expandSelection({ marked, first, span, context, catalog }: Site): CodeAction | undefined {
  if (span.end > span.start) return undefined;
  const { tokens } = marked;
  const opener = enclosingBrace(marked, span.start);
  if (opener === undefined) return undefined;
  const closer = closingBrackets(tokens).get(opener);
  const last = tokens[(closer ?? first) - 1];
  if (closer === undefined || last === undefined || context.frame.expecting !== 'name') {
    return undefined;
  }
  const { frame } = contextAt(tokens, closer, catalog);
  const { collection } = frame;
  if (frame.area !== 'selection' || collection === undefined) return undefined;
  const parts = ['edges', 'pageInfo', 'totalCount', 'aggregate', 'groupBy'];
  if (parts.some((name) => frame.seen.has(name))) return undefined;
  const names = allFields(collection).filter((name) => !frame.seen.has(name));
  if (names.length === 0) return undefined;
  const at = endOf(last);
  return {
    title: `Select all fields of ${collection.name}`,
    kind: 'rewrite',
    edits: [{ span: { start: at, end: at }, text: ` ${names.join(' ')}` }],
  };
}

/** The innermost brace around a place, as the index of its token. */
function enclosingBrace({ tokens }: MarkedText, offset: number): number | undefined {
  let found: number | undefined;
  for (const [opener, closer] of closingBrackets(tokens)) {
    const [open, close] = [tokens[opener], tokens[closer]];
    if (open === undefined || close === undefined || open.tokenType !== t.BraceOpen) continue;
    const isAround = open.startOffset < offset && offset <= close.startOffset;
    if (isAround && opener > (found ?? -1)) found = opener;
  }
  return found;
}

/** Puts the selected fields into a fragment of their own. */
function extractFragment({ text, span, marked, catalog }: Site): CodeAction | undefined {
  const { tokens, marks } = marked;
  const from = tokens.findIndex((token) => token.startOffset >= span.start);
  const to = tokens.findLastIndex((token) => endOf(token) <= span.end);
  const [first, last] = [tokens[from], tokens[to]];
  if (from < 0 || to < from || first === undefined || last === undefined) return undefined;
  const before = contextAt(tokens, from, catalog).frame;
  const after = contextAt(tokens, to + 1, catalog).frame;
  const { collection } = before;
  const isWhole =
    before.area === 'selection' &&
    before.area === after.area &&
    after.collection === collection &&
    isItemStart(tokens, from) &&
    isItemStart(tokens, to + 1) &&
    isBalanced(tokens.slice(from, to + 1));
  if (!isWhole || collection === undefined) return undefined;
  const taken = new Set(
    marks.flatMap(({ role, name }) =>
      role === 'fragment' || role === 'fragmentDefinition' ? [name] : [],
    ),
  );
  const name = freeName(`${collection.name}Fields`, taken);
  const selected = text.slice(first.startOffset, endOf(last));
  const gap = text.endsWith('\n') ? '\n' : '\n\n';
  const definition = `${gap}fragment ${name} on ${collection.name} {\n    ${selected}\n}\n`;
  return {
    title: 'Move the selected fields to a fragment',
    kind: 'extract',
    edits: [
      { span: { start: first.startOffset, end: endOf(last) }, text: `...${name}` },
      { span: { start: text.length, end: text.length }, text: definition },
    ],
  };
}

/** True where a selection may be cut in two: in front of a name that continues nothing, a spread, or the end. */
function isItemStart(tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index];
  const previous = tokens[index - 1]?.image;
  if (token === undefined || token.tokenType === t.BraceClose) return true;
  if (previous === ':' || previous === '...' || previous === '@' || previous === 'on') return false;
  return token.tokenType === t.Spread || /^[A-Za-z_]/.test(token.image);
}

function isBalanced(tokens: readonly IToken[]): boolean {
  let depth = 0;
  for (const { image } of tokens) {
    if (image === '{' || image === '(' || image === '[') depth++;
    else if (image === '}' || image === ')' || image === ']') depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}
