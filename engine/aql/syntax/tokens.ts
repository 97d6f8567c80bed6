/*
 * The words and marks of AQL. Executable AQL is lexed as the GraphQL specification says; keywords are contextual, so
 * every keyword token is also a `Name`. Malformed strings and numbers are tokens of their own: the parser goes on
 * behind them as if they were well formed, and the message names what is wrong.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain';

/** Everything that is not a bracket; what a block that is only skipped may hold. */
export const Plain = createToken({ name: 'Plain', pattern: Lexer.NA });

export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_]\w*/, categories: [Plain] });

const keyword = (word: string): TokenType =>
  createToken({
    name: `Keyword_${word}`,
    pattern: new RegExp(word),
    label: `"${word}"`,
    longer_alt: Name,
    categories: [Name],
  });

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
export const Data = keyword('data');
export const In = keyword('in');
export const Assign = keyword('set');
export const Where = keyword('where');
const True = keyword('true');
const False = keyword('false');
const Null = keyword('null');

const mark = (name: string, text: string, categories: TokenType[]): TokenType =>
  createToken({ name, pattern: text, label: `"${text}"`, categories });

export const BraceOpen = mark('BraceOpen', '{', []);
export const BraceClose = mark('BraceClose', '}', []);
export const ParenOpen = mark('ParenOpen', '(', []);
export const ParenClose = mark('ParenClose', ')', []);
export const BracketOpen = mark('BracketOpen', '[', []);
export const BracketClose = mark('BracketClose', ']', []);
export const Colon = mark('Colon', ':', [Plain]);
export const Equals = mark('Equals', '=', [Plain]);
export const At = mark('At', '@', [Plain]);
export const Dollar = mark('Dollar', '$', [Plain]);
export const Bang = mark('Bang', '!', [Plain]);
export const Spread = mark('Spread', '...', [Plain]);

/* Marks of expressions. `==` and `!=` are two marks each, since `Int!=1` is GraphQL for `Int! = 1`. */
export const Plus = mark('Plus', '+', [Plain]);
export const Minus = mark('Minus', '-', [Plain]);
export const Star = mark('Star', '*', [Plain]);
export const Slash = mark('Slash', '/', [Plain]);
export const LessEquals = mark('LessEquals', '<=', [Plain]);
export const Less = mark('Less', '<', [Plain]);
export const GreaterEquals = mark('GreaterEquals', '>=', [Plain]);
export const Greater = mark('Greater', '>', [Plain]);
export const Dot = mark('Dot', '.', [Plain]);
/** GraphQL has it in the types that AQL does not define. */
const OtherMark = createToken({
  name: 'OtherMark',
  pattern: /[&|%?;]/,
  label: 'a mark',
  categories: [Plain],
});

export const StringValue = createToken({
  name: 'StringValue',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  label: 'a string',
  categories: [Plain],
});
export const BlockString = createToken({
  name: 'BlockString',
  pattern: /"""(?:\\"""|[^"]|"(?!""))*"""/,
  line_breaks: true,
  label: 'a string',
  categories: [StringValue],
});
export const UnclosedBlockString = createToken({
  name: 'UnclosedBlockString',
  pattern: /"""(?:\\"""|[^"]|"(?!""))*/,
  line_breaks: true,
  label: 'a string',
  categories: [StringValue],
});
export const UnclosedString = createToken({
  name: 'UnclosedString',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/,
  label: 'a string',
  categories: [StringValue],
});

export const NumberValue = createToken({
  name: 'NumberValue',
  pattern: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.])/,
  label: 'a number',
  categories: [Plain],
});
export const MalformedNumber = createToken({
  name: 'MalformedNumber',
  pattern: /-?(?:[0-9]|\.[0-9])(?:[eE][+-]?|[\w.])*/,
  label: 'a number',
  categories: [NumberValue],
});

const Blank = createToken({
  name: 'Blank',
  pattern: /[\s,\uFEFF]+/,
  line_breaks: true,
  group: Lexer.SKIPPED,
});
const Comment = createToken({ name: 'Comment', pattern: /#[^\r\n]*/, group: 'comments' });

/** Every token, in the order in which the lexer tries them. */
export const allTokens: TokenType[] = [
  Blank,
  Comment,
  Plain,
  Query,
  Mutation,
  Subscription,
  Fragment,
  On,
  Schema,
  Migrate,
  Define,
  Alter,
  Drop,
  Collection,
  Handler,
  If,
  Not,
  Exists,
  Action,
  Create,
  Add,
  Rename,
  To,
  Modify,
  Index,
  Unique,
  Data,
  In,
  Assign,
  Where,
  True,
  False,
  Null,
  Name,
  BlockString,
  UnclosedBlockString,
  StringValue,
  UnclosedString,
  NumberValue,
  MalformedNumber,
  Spread,
  BraceOpen,
  BraceClose,
  ParenOpen,
  ParenClose,
  BracketOpen,
  BracketClose,
  Colon,
  Equals,
  At,
  Dollar,
  Bang,
  Plus,
  Minus,
  Star,
  Slash,
  LessEquals,
  Less,
  GreaterEquals,
  Greater,
  Dot,
  OtherMark,
];

/** The lexer; it keeps no state between texts. */
export const aqlLexer = new Lexer(allTokens, {
  positionTracking: 'onlyOffset',
  ensureOptimizations: false,
  skipValidations: true,
});
