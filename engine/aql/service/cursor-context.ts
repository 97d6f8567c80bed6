/*
 * Where in a text a place lies, found from the words and brackets before it. This works on texts that do not parse,
 * which is what texts mostly are while somebody types: it keeps a stack of what each open bracket means and never
 * looks at what follows, but for the collection that arguments name.
 */
import type { IToken } from 'chevrotain';
import type { CatalogShape } from '../catalog-shape.ts';
import { tokenize } from '../syntax/lexer.ts';
import * as t from '../syntax/tokens.ts';
import {
  isDeclarationArea,
  isNamePlace,
  isSelectionArea,
  isStatementArea,
  isValueArea,
} from './cursor-areas.ts';
import { type Frame, newFrame } from './cursor-frame.ts';
import { openBrace, openParenthesis } from './cursor-openings.ts';

export interface DeclaredVariable {
  readonly name: string;
  /** As it is written: `[Int!]`. */
  readonly type: string;
}

export interface CursorContext {
  readonly frame: Frame;
  /** The frame that owns the lists around the place; the frame itself outside lists. */
  readonly valueFrame: Frame;
  /** The arguments around the place, and their name. */
  readonly argumentsFrame: Frame | undefined;
  /** Variables that the operation around the place declares. */
  readonly variables: readonly DeclaredVariable[];
  /** Fragments of the whole text: name and collection. */
  readonly fragments: readonly { readonly name: string; readonly on: string }[];
}

/** All tokens of a text, without comments. */
export function tokensOf(text: string): readonly IToken[] {
  return tokenize(text).tokens;
}

/** The meaning of the place behind `tokens[count - 1]`. */
export function contextAt(
  tokens: readonly IToken[],
  count: number,
  catalog: CatalogShape,
): CursorContext {
  const walk = new Walk(tokens, catalog);
  for (let index = 0; index < count; index++) walk.step(index);
  return walk.context();
}

export const definitionWords: ReadonlySet<string> = new Set([
  'query',
  'mutation',
  'subscription',
  'fragment',
  'schema',
  'migrate',
]);
const schemaWords = new Set(['define', 'drop', 'alter', 'create', 'migrate']);

/** Reads the tokens of a text one after the other; between two steps, `frame` says where it is. */
export class Walk {
  readonly #tokens: readonly IToken[];
  readonly #catalog: CatalogShape;
  #stack: Frame[] = [newFrame('document')];
  #variables: { name: string; type: string }[] = [];
  #isInVariableType = false;
  #definition = 0;

  constructor(tokens: readonly IToken[], catalog: CatalogShape) {
    this.#tokens = tokens;
    this.#catalog = catalog;
  }

  get frame(): Frame {
    return this.#stack.at(-1) ?? newFrame('document');
  }

  get valueFrame(): Frame {
    const { frame } = this;
    return frame.around ?? frame;
  }

  /** How many definitions of the text have begun. */
  get definition(): number {
    return this.#definition;
  }

  context(): CursorContext {
    return {
      frame: this.frame,
      valueFrame: this.valueFrame,
      argumentsFrame: this.#stack.findLast(({ area }) => area === 'arguments'),
      variables: this.#variables,
      fragments: fragmentsOf(this.#tokens),
    };
  }

  step(index: number): void {
    const token = this.#tokens[index];
    if (token === undefined) return;
    this.#readVariableType(token);
    switch (token.tokenType) {
      case t.BraceOpen:
        if (this.#stack.length === 1 && this.frame.words.length === 0) this.#beginDefinition();
        this.#stack.push(openBrace(this.valueFrame, this.#catalog));
        return;
      case t.ParenOpen: {
        const named = (key: string) => this.#namedBehind(index, key);
        this.#stack.push(openParenthesis(this.frame, this.#catalog, named));
        return;
      }
      case t.BracketOpen:
        this.#stack.push(newFrame('list', { around: this.valueFrame }));
        return;
      case t.BraceClose:
      case t.ParenClose:
      case t.BracketClose:
        this.#close();
        return;
      default:
        this.#mark(token);
    }
  }

  #mark(token: IToken): void {
    const { frame } = this;
    switch (token.tokenType) {
      case t.Colon:
        frame.key = frame.words.at(-1);
        if (isSelectionArea(frame.area)) {
          frame.seen.delete(frame.key ?? '');
          frame.words = [];
        }
        frame.expecting =
          isSelectionArea(frame.area) || isStatementArea(frame.area) || frame.area === 'versions'
            ? 'name'
            : 'value';
        return;
      case t.Equals:
        frame.expecting = frame.area === 'dataStep' ? 'expression' : 'default';
        return;
      case t.At:
        frame.expecting = 'directive';
        return;
      case t.Dollar:
        frame.expecting = 'variable';
        return;
      case t.Spread:
        frame.expecting = 'spread';
        frame.words = ['...'];
        return;
      default:
        if (/^["\w-]/.test(token.image)) this.#word(frame, token);
    }
  }

  #word(frame: Frame, token: IToken): void {
    const word = wordOf(token);
    switch (frame.expecting) {
      case 'directive':
        frame.words.push(`@${word}`);
        frame.expecting = 'name';
        return;
      case 'variable':
        if (frame.area === 'variables') {
          this.#variables.push({ name: word, type: '' });
          frame.words = [word];
          frame.expecting = 'name';
        } else if (frame.area === 'list') {
          frame.expecting = 'value';
        } else {
          this.#endValue(frame);
        }
        return;
      case 'spread':
        frame.expecting = word === 'on' ? 'typeCondition' : 'name';
        frame.words.push(word);
        return;
      case 'typeCondition':
        frame.words.push(word);
        frame.expecting = 'name';
        return;
      case 'value':
      case 'default':
        if (isDeclarationArea(frame.area)) frame.expecting = 'name';
        else this.#endValue(frame);
        return;
      case 'expression':
        if (word === 'set' || word === 'where') {
          frame.words = [word];
          frame.expecting = 'name';
        }
        return;
      case 'name':
        this.#name(frame, word);
    }
  }

  #name(frame: Frame, word: string): void {
    frame.key = undefined;
    switch (frame.area) {
      case 'document':
        this.#documentName(frame, word);
        return;
      case 'schema':
      case 'steps':
        if (schemaWords.has(word) && !isNamePlace(frame.words)) frame.words = [];
        frame.words.push(word);
        return;
      case 'alterBody':
        if (isCompleteAction(frame.words)) frame.words = [];
        // Behind `add index (…)`, it belongs to the index.
        if (frame.words.length === 0 && (word === 'unique' || word === 'text')) return;
        frame.words.push(word);
        return;
      case 'dataStep':
        if (frame.words.length !== 1) frame.words = [];
        frame.words.push(word);
        return;
      default:
        frame.words = [word];
        frame.seen.add(word);
        frame.named = undefined;
    }
  }

  #documentName(frame: Frame, word: string): void {
    if (definitionWords.has(word) && !isNamePlace(frame.words)) this.#beginDefinition();
    frame.words.push(word);
    if (frame.words[0] === 'fragment' && word === 'on' && frame.words.length === 3) {
      frame.expecting = 'typeCondition';
    }
  }

  #beginDefinition(): void {
    this.frame.words = [];
    this.#variables = [];
    this.#definition++;
  }

  /** A value is complete; the next word is a key again. */
  #endValue(frame: Frame): void {
    if (frame.area === 'list') return;
    frame.key = undefined;
    frame.words = [];
    frame.expecting = 'name';
  }

  #close(): void {
    const closed = this.frame;
    if (this.#stack.length > 1) this.#stack.pop();
    const { frame } = this;
    const isDirective = frame.words.at(-1)?.startsWith('@') ?? false;
    if (closed.area === 'variables' || (closed.area === 'arguments' && isDirective)) return;
    if (closed.area === 'arguments') frame.named = closed.collection;
    if (isDeclarationArea(frame.area)) {
      frame.expecting = 'name';
      if (closed.area === 'indexFields') frame.words = [];
      return;
    }
    if (frame.expecting === 'expression') return;
    if (frame.area === 'dataStep') {
      frame.words = [];
      return;
    }
    if (isStatementArea(frame.area)) frame.words = [];
    if (isValueArea(frame.area)) this.#endValue(frame);
  }

  #readVariableType(token: IToken): void {
    const isHead = this.frame.area === 'variables';
    if (isHead && token.tokenType === t.Colon) {
      this.#isInVariableType = true;
      return;
    }
    const isEnd = token.tokenType === t.ParenClose || '=$@('.includes(token.image);
    if (isEnd) this.#isInVariableType = false;
    const variable = this.#variables.at(-1);
    if (this.#isInVariableType && variable !== undefined) variable.type += token.image;
  }

  /** What a key such as `collection:` says in the arguments that open at the index, wherever it stands among them. */
  #namedBehind(index: number, key: string): string | undefined {
    let depth = 0;
    for (let at = index; at < this.#tokens.length; at++) {
      const token = this.#tokens[at];
      if (token === undefined) return undefined;
      if (openers.has(token.tokenType)) depth++;
      else if (closers.has(token.tokenType)) depth--;
      if (depth === 0) return undefined;
      const isKey = depth === 1 && token.image === key;
      if (!isKey || this.#tokens[at + 1]?.tokenType !== t.Colon) continue;
      const value = this.#tokens[at + 2];
      return value?.image.startsWith('"') ? wordOf(value) : undefined;
    }
    return undefined;
  }
}

const openers: ReadonlySet<unknown> = new Set([t.BraceOpen, t.ParenOpen, t.BracketOpen]);
const closers: ReadonlySet<unknown> = new Set([t.BraceClose, t.ParenClose, t.BracketClose]);

/** The word of a name, and the text of a string as far as names go: escapes stay as they are. */
export function wordOf({ image }: IToken): string {
  return image.startsWith('"') ? image.replace(/^"+/, '').replace(/"+$/, '') : image;
}

/** True when the next word of `alter collection x { … }` begins another action. */
export function isCompleteAction(words: readonly string[]): boolean {
  const plain = words.filter((word) => !word.startsWith('@'));
  return plain[0] === 'rename' ? plain.length >= 4 : plain.length >= 2;
}

function fragmentsOf(tokens: readonly IToken[]): { name: string; on: string }[] {
  const found: { name: string; on: string }[] = [];
  tokens.forEach((token, index) => {
    if (token.tokenType !== t.Fragment || tokens[index + 2]?.tokenType !== t.On) return;
    found.push({ name: tokens[index + 1]?.image ?? '', on: tokens[index + 3]?.image ?? '' });
  });
  return found;
}
