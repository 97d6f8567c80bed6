/*
 * The text as a tree of brackets, each holding items (fields, arguments, values …), with every comment attached to the
 * item it speaks of. The formatter prints this tree; it works on tokens and not on syntax nodes, so that nothing of the
 * text can get lost between reading and printing.
 */
import type { IToken } from 'chevrotain';
import type { DefinitionNode } from '../syntax/ast.ts';
import { tokenize } from '../syntax/lexer.ts';
import * as t from '../syntax/tokens.ts';
import { type Places, placesOf } from './places.ts';

type GroupKind = 'selection' | 'statements' | 'object' | 'arguments' | 'columns' | 'list' | 'inner';

export interface Group {
  readonly kind: 'group';
  /** What it holds; `columns` are those of an index, `inner` is an expression in parentheses. */
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
  /** A sign or a dot, which what follows joins. */
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'operator'; readonly text: string }
  /** The string before a definition: it has its own line. */
  | { readonly kind: 'description'; readonly text: string }
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
  const places = placesOf(definitions);
  const tokens = [...withOperators(lexed.tokens, places), ...lexed.comments];
  tokens.sort((a, b) => a.startOffset - b.startOffset);
  return new TreeReader(text, tokens, places).read();
}

/** The tokens, with every operator as one of its own: `= =` is one, and `-1` behind an operand two. */
function withOperators(tokens: readonly IToken[], places: Places): IToken[] {
  const result: IToken[] = [];
  let operatorEnd = 0;
  for (const token of tokens) {
    const { image, startOffset } = token;
    const end = places.operators.get(startOffset);
    if (end !== undefined) {
      const isSigned = startOffset + image.length > end;
      const text = isSigned ? image.slice(0, end - startOffset) : operatorText(token, end);
      result.push({ ...token, image: text, tokenType: t.Plus });
      if (isSigned) {
        result.push({ ...token, image: image.slice(text.length), startOffset: end });
      }
      operatorEnd = end;
    } else if (startOffset >= operatorEnd) {
      result.push(token);
    }
    const property = places.properties.has(startOffset) ? result.at(-3) : undefined;
    if (property !== undefined) places.items.add(property.startOffset);
  }
  return result;
}

function operatorText(first: IToken, end: number): string {
  const isOneToken = first.startOffset + first.image.length === end;
  return isOneToken ? first.image : `${first.image}=`;
}

class TreeReader {
  readonly #text: string;
  readonly #tokens: readonly IToken[];
  readonly #places: Places;
  #next = 0;

  constructor(text: string, tokens: readonly IToken[], places: Places) {
    this.#text = text;
    this.#tokens = tokens;
    this.#places = places;
  }

  read(): Group {
    const inside = this.#readItems();
    const shape = 'statements';
    return { kind: 'group', shape, open: '', close: '', wasOnOneLine: false, ...inside };
  }

  /** Reads up to the closing bracket, which is left for the caller. */
  #readItems(): Pick<Group, 'items' | 'dangling'> {
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
      if (current === undefined || this.#places.items.has(token.startOffset)) {
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
      current.pieces.push(this.#readPiece(before));
    }
    return { items, dangling: waiting.map((comment) => comment.text) };
  }

  #readPiece(before: readonly IToken[]): Piece {
    const token = this.#tokens[this.#next];
    if (token === undefined) return { kind: 'token', text: '' };
    this.#next++;
    if (!openers.has(token.tokenType)) return this.#plainPiece(token);
    const shape = this.#shapeOf(token, before);
    const inside = this.#readItems();
    const close = this.#tokens[this.#next];
    this.#next++;
    const end = close?.startOffset ?? this.#text.length;
    const wasOnOneLine = !this.#text.slice(token.startOffset, end).includes('\n');
    const open = token.image;
    return { kind: 'group', shape, open, close: close?.image ?? '', wasOnOneLine, ...inside };
  }

  #plainPiece({ image, startOffset, tokenType }: IToken): Piece {
    if (this.#places.operators.has(startOffset)) return { kind: 'operator', text: image };
    if (this.#places.descriptions.has(startOffset)) return { kind: 'description', text: image };
    const isSign = tokenType === t.Minus && this.#places.signs.has(startOffset);
    return { kind: isSign || prefixes.has(tokenType) ? 'prefix' : 'token', text: image };
  }

  #shapeOf({ startOffset, tokenType }: IToken, before: readonly IToken[]): GroupKind {
    if (tokenType === t.BracketOpen) return 'list';
    if (tokenType === t.BraceOpen) {
      if (this.#places.objects.has(startOffset)) return 'object';
      return this.#places.selections.has(startOffset) ? 'selection' : 'statements';
    }
    const action = before.at(-3)?.startOffset ?? -1;
    if (this.#places.indexActions.has(action)) return 'columns';
    const previous = before.at(-2);
    const isFirst = previous === undefined || this.#places.items.has(startOffset);
    return isFirst || !/^\w/.test(previous.image) ? 'inner' : 'arguments';
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
  return token.tokenType === t.Comment;
}

/** Marks that the next token joins. */
const prefixes: ReadonlySet<unknown> = new Set([t.At, t.Dollar, t.Dot]);
