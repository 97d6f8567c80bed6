/*
 * Where in a text a place lies, found from the words and brackets before it. This works on texts that do not parse,
 * which is what texts mostly are while somebody types: it keeps a stack of what each open bracket means and never
 * looks at what follows, but for the collection that a mutation names.
 */
import type { IToken } from 'chevrotain';
import { findCollection } from '../binding/field-access.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import * as t from '../syntax/tokens.ts';
import {
  type Area,
  areaOfArgument,
  isCombinator,
  isNamePlace,
  isSelectionArea,
  isValueArea,
  typeAt,
  typeBelow,
} from './cursor-areas.ts';

/** What the next word would be. */
type Expecting = 'name' | 'value' | 'directive' | 'variable' | 'spread' | 'typeCondition';

export interface Frame {
  readonly area: Area;
  readonly collection?: CollectionDefinition | undefined;
  /** The type whose operators stand here. */
  readonly type?: FieldType | undefined;
  /** The function, directive or definition that the bracket belongs to. */
  readonly owner?: string | undefined;
  /** Words of the item under way, for example `define collection users`. */
  words: string[];
  /** The key before the colon, while its value is read. */
  key: string | undefined;
  expecting: Expecting;
  /** Keys and arguments already there. */
  readonly seen: Set<string>;
  /** The collection that the arguments just closed have named. */
  named: CollectionDefinition | undefined;
}

export interface CursorContext {
  readonly frame: Frame;
  /** The frame that owns the lists around the place; the frame itself outside lists. */
  readonly valueFrame: Frame;
  /** Variables that the operation around the place declares. */
  readonly variables: readonly string[];
  /** Fragments of the whole text: name and collection. */
  readonly fragments: readonly { readonly name: string; readonly on: string }[];
  readonly previous: IToken | undefined;
}

/** All tokens of a text, without comments. */
export function tokensOf(text: string): readonly IToken[] {
  return t.aqlLexer.tokenize(text).tokens;
}

/** The meaning of the place behind `tokens[count - 1]`. */
export function contextAt(
  tokens: readonly IToken[],
  count: number,
  catalog: CatalogShape,
): CursorContext {
  const walk = new Walk(tokens, catalog);
  for (let index = 0; index < count; index++) walk.step(index);
  return walk.context(count);
}

function newFrame(area: Area, facts: Partial<Frame> = {}): Frame {
  return {
    area,
    words: [],
    key: undefined,
    expecting: area === 'list' ? 'value' : 'name',
    seen: new Set(),
    named: undefined,
    ...facts,
  };
}

const definitionWords = new Set([
  'query',
  'mutation',
  'subscription',
  'fragment',
  'schema',
  'migrate',
]);
const schemaWords = new Set(['define', 'drop', 'alter']);

class Walk {
  readonly #tokens: readonly IToken[];
  readonly #catalog: CatalogShape;
  #stack: Frame[] = [newFrame('document')];
  #variables: string[] = [];

  constructor(tokens: readonly IToken[], catalog: CatalogShape) {
    this.#tokens = tokens;
    this.#catalog = catalog;
  }

  get #top(): Frame {
    return this.#stack.at(-1) ?? newFrame('document');
  }

  context(count: number): CursorContext {
    const valueFrame = this.#stack.findLast((frame) => frame.area !== 'list') ?? this.#top;
    return {
      frame: this.#top,
      valueFrame,
      variables: this.#variables,
      fragments: fragmentsOf(this.#tokens),
      previous: this.#tokens[count - 1],
    };
  }

  step(index: number): void {
    const token = this.#tokens[index];
    if (token === undefined) return;
    switch (token.tokenType) {
      case t.BraceOpen:
        this.#stack.push(this.#openBrace());
        return;
      case t.ParenOpen:
        this.#stack.push(this.#openParenthesis(index));
        return;
      case t.BracketOpen:
        this.#stack.push(newFrame('list'));
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
    const frame = this.#top;
    switch (token.tokenType) {
      case t.Colon:
        frame.key = frame.words.at(-1);
        if (isSelectionArea(frame.area)) frame.words = [];
        frame.expecting = isSelectionArea(frame.area) ? 'name' : 'value';
        return;
      case t.Equals:
        frame.expecting = 'value';
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
      case t.Bang:
        return;
      default:
        this.#word(frame, token);
    }
  }

  #word(frame: Frame, token: IToken): void {
    const word = /^[A-Za-z_]/.test(token.image) ? token.image : stringText(token.image);
    switch (frame.expecting) {
      case 'directive':
        frame.words.push(`@${word}`);
        frame.expecting = 'name';
        return;
      case 'variable':
        if (frame.area === 'variables') {
          this.#variables.push(word);
          frame.words = [word];
        } else {
          this.#endValue(frame);
        }
        frame.expecting = 'name';
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
        if (frame.area === 'collectionBody' || frame.area === 'variables') frame.expecting = 'name';
        else this.#endValue(frame);
        return;
      case 'name':
        this.#name(frame, word);
    }
  }

  #name(frame: Frame, word: string): void {
    if (frame.area === 'document') {
      if (definitionWords.has(word) && !isNamePlace(frame.words)) {
        frame.words = [];
        this.#variables = [];
      }
      frame.words.push(word);
      if (frame.words[0] === 'fragment' && word === 'on' && frame.words.length === 3) {
        frame.expecting = 'typeCondition';
      }
      return;
    }
    if (frame.area === 'schema') {
      if (schemaWords.has(word) && !isNamePlace(frame.words)) frame.words = [];
      frame.words.push(word);
      return;
    }
    frame.words = [word];
    frame.seen.add(word);
    frame.key = undefined;
    frame.named = undefined;
  }

  /** A value is complete; the next word is a key again. */
  #endValue(frame: Frame): void {
    if (frame.area === 'list') return;
    frame.key = undefined;
    frame.words = [];
    frame.expecting = 'name';
  }

  #close(): void {
    const closed = this.#top;
    if (this.#stack.length > 1) this.#stack.pop();
    const frame = this.#top;
    if (closed.area === 'mutationArguments') frame.named = closed.collection;
    if (closed.area === 'directiveArguments' || closed.area === 'variables') return;
    if (closed.area === 'list' && (frame.area === 'collectionBody' || frame.area === 'variables')) {
      frame.expecting = 'name';
      return;
    }
    if (frame.area === 'document' || frame.area === 'schema') frame.words = [];
    if (isValueArea(frame.area)) this.#endValue(frame);
  }

  #openParenthesis(index: number): Frame {
    const frame = this.#top;
    const last = frame.words.at(-1);
    if (last?.startsWith('@')) {
      return newFrame('directiveArguments', { owner: last.slice(1), collection: frame.collection });
    }
    switch (frame.area) {
      case 'document':
        return newFrame('variables');
      case 'queryRoot':
        return newFrame('rootArguments', { owner: last, collection: this.#collection(last) });
      case 'mutationRoot': {
        const collection = this.#collection(this.#collectionNamedBehind(index));
        return newFrame('mutationArguments', { owner: last, collection });
      }
      default:
        return newFrame('other');
    }
  }

  #openBrace(): Frame {
    const frame = this.#stack.findLast((each) => each.area !== 'list') ?? this.#top;
    const { collection, key, type } = frame;
    const last = frame.words.findLast((word) => !word.startsWith('@'));
    if (frame.words[0] === '...') return this.#openFragment(frame);
    switch (frame.area) {
      case 'document':
        return this.#openDefinition(frame);
      case 'queryRoot':
        return newFrame('selection', { collection: this.#collection(last) });
      case 'mutationRoot':
        return newFrame('selection', { collection: frame.named });
      case 'selection':
      case 'insideSelection':
        return newFrame('insideSelection');
      case 'rootArguments':
      case 'mutationArguments':
        return newFrame(areaOfArgument(key), { collection });
      case 'filter':
        if (isCombinator(key)) return newFrame('filter', { collection });
        return newFrame('operators', { collection, type: typeAt(collection, key), owner: key });
      case 'operators':
        return newFrame('operators', {
          collection,
          type: typeBelow(type, key),
          owner: frame.owner,
        });
      case 'schema':
        return frame.words[0] === 'define' ? newFrame('collectionBody') : newFrame('other');
      default:
        return newFrame('other');
    }
  }

  #openFragment(frame: Frame): Frame {
    const condition = frame.words[1] === 'on' ? frame.words[2] : undefined;
    const collection = condition === undefined ? frame.collection : this.#collection(condition);
    return newFrame(frame.area, { collection });
  }

  #openDefinition(frame: Frame): Frame {
    switch (frame.words[0]) {
      case 'mutation':
        return newFrame('mutationRoot');
      case 'schema':
        return newFrame('schema');
      case 'fragment':
        return newFrame('selection', { collection: this.#collection(frame.words[3]) });
      case undefined:
        this.#variables = [];
        return newFrame('queryRoot');
      case 'query':
      case 'subscription':
        return newFrame('queryRoot');
      default:
        return newFrame('other');
    }
  }

  #collection(name: string | undefined): CollectionDefinition | undefined {
    return name === undefined ? undefined : findCollection(this.#catalog, name);
  }

  /** What `collection:` says in the arguments that open at the index, wherever it stands among them. */
  #collectionNamedBehind(index: number): string | undefined {
    let depth = 0;
    for (let at = index; at < this.#tokens.length; at++) {
      const token = this.#tokens[at];
      if (token === undefined) return undefined;
      if (openers.has(token.tokenType)) depth++;
      else if (closers.has(token.tokenType)) depth--;
      if (depth === 0) return undefined;
      const isKey = depth === 1 && token.image === 'collection';
      if (!isKey || this.#tokens[at + 1]?.tokenType !== t.Colon) continue;
      const value = this.#tokens[at + 2];
      return value?.image.startsWith('"') ? stringText(value.image) : undefined;
    }
    return undefined;
  }
}

const openers: ReadonlySet<unknown> = new Set([t.BraceOpen, t.ParenOpen, t.BracketOpen]);
const closers: ReadonlySet<unknown> = new Set([t.BraceClose, t.ParenClose, t.BracketClose]);

function stringText(image: string): string {
  return image.replace(/^"+/, '').replace(/"+$/, '');
}

function fragmentsOf(tokens: readonly IToken[]): { name: string; on: string }[] {
  const found: { name: string; on: string }[] = [];
  tokens.forEach((token, index) => {
    if (token.tokenType !== t.Fragment || tokens[index + 2]?.tokenType !== t.On) return;
    found.push({ name: tokens[index + 1]?.image ?? '', on: tokens[index + 3]?.image ?? '' });
  });
  return found;
}
