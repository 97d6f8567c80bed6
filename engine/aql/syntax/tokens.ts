/*
 * The words and marks of AQL; lexer.ts finds them in a text. Keywords are contextual, so every keyword token is also a
 * `Name`. Malformed strings and numbers count as well-formed ones, so that the parser goes on behind them.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain';

/** One type of token. The lexer is our own: Chevrotain gets no patterns. */
function tokenType(name: string, categories: TokenType[], label: string): TokenType {
  return createToken({ name, pattern: Lexer.NA, label, categories });
}

/** Everything that is not a bracket; what a stray text may hold. */
export const Plain = tokenType('Plain', [], 'a word');
export const Name = tokenType('Name', [Plain], 'a name');

const keyword = (word: string): TokenType => tokenType(`Keyword_${word}`, [Name], `"${word}"`);
export const Query = keyword('query');
export const Mutation = keyword('mutation');
export const Subscription = keyword('subscription');
export const Fragment = keyword('fragment');
export const On = keyword('on');
export const Schema = keyword('schema');
export const Migrate = keyword('migrate');
export const Define = keyword('define');
export const Alter = keyword('alter');
export const Drop = keyword('drop');
export const Collection = keyword('collection');
export const Handler = keyword('handler');
export const If = keyword('if');
export const Not = keyword('not');
export const Exists = keyword('exists');
export const Action = keyword('action');
export const Create = keyword('create');
export const Add = keyword('add');
export const Rename = keyword('rename');
export const To = keyword('to');
export const Modify = keyword('modify');
export const Index = keyword('index');
export const Unique = keyword('unique');
export const Text = keyword('text');
export const Data = keyword('data');
export const In = keyword('in');
export const Assign = keyword('set');
export const Where = keyword('where');

const mark = (name: string, text: string): TokenType => tokenType(name, [Plain], `"${text}"`);
const bracket = (name: string, text: string): TokenType => tokenType(name, [], `"${text}"`);

export const BraceOpen = bracket('BraceOpen', '{');
export const BraceClose = bracket('BraceClose', '}');
export const ParenOpen = bracket('ParenOpen', '(');
export const ParenClose = bracket('ParenClose', ')');
export const BracketOpen = bracket('BracketOpen', '[');
export const BracketClose = bracket('BracketClose', ']');
export const Colon = mark('Colon', ':');
export const Equals = mark('Equals', '=');
export const At = mark('At', '@');
export const Dollar = mark('Dollar', '$');
export const Bang = mark('Bang', '!');
export const Spread = mark('Spread', '...');

/* Marks of expressions. `==` and `!=` are two marks each, since `Int!=1` is GraphQL for `Int! = 1`. */
export const Plus = mark('Plus', '+');
export const Minus = mark('Minus', '-');
export const Star = mark('Star', '*');
export const Slash = mark('Slash', '/');
export const LessEquals = mark('LessEquals', '<=');
export const Less = mark('Less', '<');
export const GreaterEquals = mark('GreaterEquals', '>=');
export const Greater = mark('Greater', '>');
export const Dot = mark('Dot', '.');
/** Marks that stand nowhere; the parser says so where it meets them. */
const OtherMark = tokenType('OtherMark', [Plain], 'a mark');

export const StringValue = tokenType('StringValue', [Plain], 'a string');
export const BlockString = tokenType('BlockString', [StringValue], 'a string');
export const UnclosedString = tokenType('UnclosedString', [StringValue], 'a string');
export const UnclosedBlockString = tokenType('UnclosedBlockString', [StringValue], 'a string');
export const NumberValue = tokenType('NumberValue', [Plain], 'a number');
export const MalformedNumber = tokenType('MalformedNumber', [NumberValue], 'a number');

/** Never among the tokens that the parser sees. */
export const Comment = tokenType('Comment', [], 'a comment');
/** Characters of no token, likewise. */
export const Stray = tokenType('Stray', [], 'a character');

/** The keywords by their text. */
export const wordTypes: ReadonlyMap<string, TokenType> = new Map([
  ['query', Query],
  ['mutation', Mutation],
  ['subscription', Subscription],
  ['fragment', Fragment],
  ['on', On],
  ['schema', Schema],
  ['migrate', Migrate],
  ['define', Define],
  ['alter', Alter],
  ['drop', Drop],
  ['collection', Collection],
  ['handler', Handler],
  ['if', If],
  ['not', Not],
  ['exists', Exists],
  ['action', Action],
  ['create', Create],
  ['add', Add],
  ['rename', Rename],
  ['to', To],
  ['modify', Modify],
  ['index', Index],
  ['unique', Unique],
  ['text', Text],
  ['data', Data],
  ['in', In],
  ['set', Assign],
  ['where', Where],
]);

interface Mark {
  readonly image: string;
  readonly type: TokenType;
  /** By how much it changes the depth of brackets. */
  readonly nesting: -1 | 0 | 1;
}

/** The tokens of one character that begin no longer token, by character code. */
export const markTypes: readonly (Mark | undefined)[] = marksByCode([
  { image: '{', type: BraceOpen, nesting: 1 },
  { image: '}', type: BraceClose, nesting: -1 },
  { image: '(', type: ParenOpen, nesting: 1 },
  { image: ')', type: ParenClose, nesting: -1 },
  { image: '[', type: BracketOpen, nesting: 1 },
  { image: ']', type: BracketClose, nesting: -1 },
  { image: ':', type: Colon, nesting: 0 },
  { image: '=', type: Equals, nesting: 0 },
  { image: '@', type: At, nesting: 0 },
  { image: '$', type: Dollar, nesting: 0 },
  { image: '!', type: Bang, nesting: 0 },
  { image: '+', type: Plus, nesting: 0 },
  { image: '*', type: Star, nesting: 0 },
  { image: '/', type: Slash, nesting: 0 },
  ...['%', '&', ';', '?', '|'].map((image): Mark => ({ image, type: OtherMark, nesting: 0 })),
]);

function marksByCode(marks: readonly Mark[]): readonly (Mark | undefined)[] {
  const byCode: (Mark | undefined)[] = Array.from({ length: 128 }, () => undefined);
  for (const each of marks) byCode[each.image.charCodeAt(0)] = each;
  return byCode;
}

/** The tokens that share their first character with others, by their text. */
export const operatorTypes: ReadonlyMap<string, TokenType> = new Map([
  ['...', Spread],
  ['.', Dot],
  ['-', Minus],
  ['<', Less],
  ['<=', LessEquals],
  ['>', Greater],
  ['>=', GreaterEquals],
]);

/** Every token that the parser may meet. */
export const allTokens: TokenType[] = [
  Plain,
  Name,
  ...wordTypes.values(),
  ...markTypes.flatMap((each) => each?.type ?? []),
  ...operatorTypes.values(),
  StringValue,
  BlockString,
  UnclosedString,
  UnclosedBlockString,
  NumberValue,
  MalformedNumber,
];
