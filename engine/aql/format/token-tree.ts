/*
 * The text as a tree of brackets, each holding items (fields, arguments, values …), with every comment attached to the
 * item it speaks of. The formatter prints this tree; it works on tokens and not on syntax nodes, so that nothing of the
 * text can get lost between reading and printing.
 */
import type { IToken } from 'chevrotain';
import type { Span } from '../diagnostic.ts';
import type { DefinitionNode } from '../syntax/ast.ts';
import { tokenize } from '../syntax/lexer.ts';
import * as t from '../syntax/tokens.ts';

type GroupKind = 'block' | 'object' | 'arguments' | 'list';

export interface Group {
  readonly kind: 'group';
  readonly shape: GroupKind;
  readonly open: string;
  readonly close: string;
  readonly items: readonly Item[];
  /** Comments behind the last item. */
  readonly dangling: readonly string[];
  /** True when the text had it on one line. */
  readonly wasOnOneLine: boolean;
}

export type Piece =
  | { readonly kind: 'token'; readonly text: string }
  /** Text that is kept as it stands: blocks that the parser only reads over. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | Group;

export interface Item {
  readonly leading: readonly string[];
  readonly pieces: readonly Piece[];
  readonly trailing: string | undefined;
  readonly hasBlankLineBefore: boolean;
}

interface OpenItem {
  leading: string[];
  pieces: Piece[];
  trailing: string | undefined;
  hasBlankLineBefore: boolean;
}

/** Reads a text without syntax errors. */
export function readTokenTree(text: string, definitions: readonly DefinitionNode[]): Group {
  const lexed = tokenize(text);
  const tokens = [...lexed.tokens, ...lexed.comments].sort((a, b) => a.startOffset - b.startOffset);
  return new TreeReader(text, tokens, definitions).read();
}

class TreeReader {
  readonly #text: string;
  readonly #tokens: readonly IToken[];
  readonly #starts = new Set<number>();
  readonly #verbatim = new Map<number, Span>();
  #next = 0;

  constructor(text: string, tokens: readonly IToken[], definitions: readonly DefinitionNode[]) {
    this.#text = text;
    this.#tokens = tokens;
    for (const node of definitions) {
      this.#starts.add(node.span.start);
      if (node.kind === 'migrate') this.#verbatim.set(node.span.start, node.span);
      if (node.kind !== 'schema') continue;
      for (const statement of node.statements) {
        this.#starts.add(statement.span.start);
        if (!['defineCollection', 'dropCollection'].includes(statement.kind)) {
          this.#verbatim.set(statement.span.start, statement.span);
        }
      }
    }
  }

  read(): Group {
    const inside = this.#readItems('block', (token) => this.#starts.has(token.startOffset));
    return { kind: 'group', shape: 'block', open: '', close: '', wasOnOneLine: false, ...inside };
  }

  /** Reads up to the closing bracket, which is left for the caller. */
  #readItems(parent: GroupKind, startsItem: ItemStart): Pick<Group, 'items' | 'dangling'> {
    const items: OpenItem[] = [];
    let current: OpenItem | undefined;
    let waiting: { text: string; blankBefore: boolean }[] = [];
    const before: IToken[] = [];
    for (
      let token = this.#tokens[this.#next];
      token !== undefined && !closers.has(token.tokenType);
      token = this.#tokens[this.#next]
    ) {
      if (isComment(token)) {
        this.#next++;
        const text = token.image.trimEnd();
        const sameLine = current !== undefined && !this.#hasLineBreakBefore(token);
        if (sameLine && current?.trailing === undefined && waiting.length === 0 && current) {
          current.trailing = text;
        } else {
          waiting.push({ text, blankBefore: this.#hasBlankLineBefore(token) });
        }
        continue;
      }
      if (current === undefined || startsItem(token, before)) {
        current = {
          leading: waiting.map((comment) => comment.text),
          pieces: [],
          trailing: undefined,
          hasBlankLineBefore: waiting[0]?.blankBefore ?? this.#hasBlankLineBefore(token),
        };
        items.push(current);
      } else {
        // A comment amid an item goes before it.
        if (current.trailing !== undefined) current.leading.push(current.trailing);
        current.trailing = undefined;
        current.leading.push(...waiting.map((comment) => comment.text));
      }
      waiting = [];
      before.push(token);
      current.pieces.push(this.#readPiece(parent, before));
    }
    return { items, dangling: waiting.map((comment) => comment.text) };
  }

  #readPiece(parent: GroupKind, before: readonly IToken[]): Piece {
    const token = this.#tokens[this.#next];
    if (token === undefined) return { kind: 'token', text: '' };
    const kept = this.#verbatim.get(token.startOffset);
    if (kept !== undefined) {
      while ((this.#tokens[this.#next]?.startOffset ?? kept.end) < kept.end) this.#next++;
      return { kind: 'verbatim', text: this.#text.slice(kept.start, kept.end) };
    }
    this.#next++;
    if (!openers.has(token.tokenType)) return { kind: 'token', text: token.image };
    const shape = shapeOf(token, parent, before.at(-2));
    const inside = this.#readItems(shape, itemStart(shape, this.#starts));
    const close = this.#tokens[this.#next];
    this.#next++;
    const end = close?.startOffset ?? this.#text.length;
    const wasOnOneLine = !this.#text.slice(token.startOffset, end).includes('\n');
    const open = token.image;
    return { kind: 'group', shape, open, close: close?.image ?? '', wasOnOneLine, ...inside };
  }

  #gapBefore(token: IToken): string {
    let start = token.startOffset;
    while (start > 0 && /[\s,\uFEFF]/.test(this.#text.charAt(start - 1))) start--;
    return this.#text.slice(start, token.startOffset);
  }

  #hasLineBreakBefore(token: IToken): boolean {
    return /[\r\n]/.test(this.#gapBefore(token));
  }

  #hasBlankLineBefore(token: IToken): boolean {
    return /(\r\n|[\r\n])[ \t,]*[\r\n]/.test(this.#gapBefore(token));
  }
}

const openers: ReadonlySet<unknown> = new Set([t.BraceOpen, t.ParenOpen, t.BracketOpen]);
const closers: ReadonlySet<unknown> = new Set([t.BraceClose, t.ParenClose, t.BracketClose]);

function isComment(token: IToken): boolean {
  return token.tokenType.name === 'Comment';
}

function shapeOf(token: IToken, parent: GroupKind, previous: IToken | undefined): GroupKind {
  if (token.tokenType === t.ParenOpen) return 'arguments';
  if (token.tokenType === t.BracketOpen) return 'list';
  // Braces in a list, behind a colon or an equals sign hold values; elsewhere they hold selections and fields.
  if (parent === 'list') return 'object';
  return previous?.tokenType === t.Colon || previous?.tokenType === t.Equals ? 'object' : 'block';
}

type ItemStart = (token: IToken, before: readonly IToken[]) => boolean;

function itemStart(shape: GroupKind, starts: ReadonlySet<number>): ItemStart {
  switch (shape) {
    case 'block':
      return (token, before) => {
        const previous = before.at(-1);
        if (starts.has(token.startOffset)) return true;
        if (token.tokenType === t.Spread) return true;
        if (!isWord(token) || previous === undefined) return false;
        if (joiners.has(previous.tokenType)) return false;
        if (previous.tokenType === t.On && before.at(-2)?.tokenType === t.Spread) return false;
        return !isInsideSchemaStatement(before, starts);
      };
    case 'list':
      return (token, before) => token.tokenType !== t.Bang && before.at(-1)?.tokenType !== t.Dollar;
    case 'object':
    case 'arguments':
      return (token, before) => {
        const previous = before.at(-1)?.tokenType;
        if (previous === t.Colon || previous === t.Equals || previous === t.At) return false;
        if (previous === t.Dollar) return false;
        if (token.tokenType === t.Dollar) return true;
        return isWord(token) || token.image.startsWith('"');
      };
  }
}

/** Marks that the next word belongs to. */
const joiners: ReadonlySet<unknown> = new Set([t.Colon, t.At, t.Dollar, t.Equals, t.Spread]);

function isWord(token: IToken): boolean {
  return /^[A-Za-z_]/.test(token.image);
}

/** Words behind `define` or `drop` belong to that statement, whatever they are. */
function isInsideSchemaStatement(before: readonly IToken[], starts: ReadonlySet<number>): boolean {
  return before.some((token) => starts.has(token.startOffset));
}
