/* What the parser says about broken text: what it expected, after what, and what it found, in the reader's words. */
import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../diagnostic.ts';
import { didYouMean, nearestName } from '../nearest-name.ts';

/** What stands at the place of each rule, for a reader. */
const expectations: Readonly<Record<string, string>> = {
  document: 'a statement',
  definition: 'a statement',
  operation: '"{"',
  type: 'a type',
  selectionSet: 'a field',
  selection: 'a field',
  field: 'a field',
  spread: 'a fragment name, "on" or "{"',
  variableDefinitions: 'a variable such as "$name: Int"',
  arguments: 'an argument such as "limit: 10"',
  argument: 'an argument such as "limit: 10"',
  value: 'a value',
  list: 'a value',
  object: 'a key',
  objectEntry: 'a key',
  schemaStatement: '"define", "alter" or "drop"',
  collection: 'a field such as "name: String"',
  fieldDefinition: 'a field such as "name: String"',
  handler: '"on" or "action"',
  alterAction: '"add", "drop", "rename" or "modify"',
  addition: 'a field such as "name: String", or "index (name)"',
  removal: 'the name of a field, or "index (name)"',
  indexFields: 'the name of a field',
  migrationStep: '"create", "alter", "drop" or "migrate data"',
  primary: 'a value',
  comparison: 'a comparison',
  group: '"{"',
  groupItem: 'a matching bracket',
  name: 'a name',
};

/** Where a list may go on or end, both are named. */
const closingExpectations: Readonly<Record<string, string>> = {
  'selectionSet BraceClose': 'a field or "}"',
  'object BraceClose': 'a key or "}"',
  'list BracketClose': 'a value or "]"',
  'arguments ParenClose': 'an argument or ")"',
  'variableDefinitions ParenClose': 'a variable or ")"',
  'collection BraceClose': 'a field such as "name: String", or "}"',
  'schema BraceClose': '"define", "alter", "drop" or "}"',
  'handler BraceClose': '"on", "action" or "}"',
  'alteration BraceClose': '"add", "drop", "rename", "modify" or "}"',
  'indexFields ParenClose': 'the name of a field, or ")"',
  'migrate BraceClose': 'a version such as "v1.0.0", or "}"',
  'migrationVersion BraceClose': '"create", "alter", "drop", "migrate data" or "}"',
  'dataMigration BraceClose': '"set" or "}"',
  'expressionList BracketClose': 'a value or "]"',
  'expressionObject BraceClose': 'a key or "}"',
  'wordExpression ParenClose': 'an argument or ")"',
  'quoted StringValue': 'a text in quotes',
};

const statementWords = ['query', 'mutation', 'subscription', 'fragment', 'schema', 'migrate'];
const objects: Readonly<Record<string, string>> = {
  define: '"collection" or "handler"',
  drop: '"collection" or "handler"',
};
const schemaWords = new Set(['define', 'drop', 'alter', 'create', 'collection']);

export const messageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage({ expected, actual, previous, ruleName }) {
    if (ruleName === 'comparison' && previous.image === '=') {
      return 'A comparison is written "==", not "=".';
    }
    const wanted = closingExpectations[`${ruleName} ${expected.name}`] ?? describeType(expected);
    return sentence(wanted, previous, actual);
  },
  buildNotAllInputParsedMessage({ firstRedundant }) {
    return unexpected(firstRedundant);
  },
  buildNoViableAltMessage({ actual, previous, ruleName }) {
    const object = ruleName === 'schemaStatement' ? objects[previous.image] : undefined;
    const expected = object ?? expectations[ruleName] ?? 'something else';
    return sentence(expected, previous, actual[0] ?? previous);
  },
  buildEarlyExitMessage({ actual, previous, ruleName }) {
    return sentence(expectations[ruleName] ?? 'something else', previous, actual[0] ?? previous);
  },
};

/** The finding for text that begins no statement. */
export function strayTextFound(first: IToken): Diagnostic {
  const { image, startOffset } = first;
  const span = { start: startOffset, end: startOffset + image.length };
  const base = { severity: 'error', span } as const;
  if (schemaWords.has(image)) {
    const message = `"${image}" stands outside a schema block.`;
    const hint = `Write schema { ${image} … }.`;
    return { ...base, code: 'SyntaxError', message, hint };
  }
  if (/^[A-Za-z_]/.test(image)) {
    const message = `Expected "{", "query", "mutation", "subscription", "fragment", "schema" or "migrate", found "${image}".`;
    const hint =
      didYouMean(image, statementWords) ?? `To read a collection, write { ${image} { id } }.`;
    const isNear = nearestName(image, statementWords) !== undefined;
    return { ...base, code: isNear ? 'UnknownOperation' : 'SyntaxError', message, hint };
  }
  const stray = { ...base, code: 'SyntaxError', message: unexpected(first) } as const;
  if (!image.startsWith('"')) return stray;
  const hint = 'A description stands before "query", "mutation", "subscription" or "fragment".';
  return { ...stray, hint };
}

function unexpected(token: IToken): string {
  const isClosing = [')', ']', '}'].includes(token.image);
  return isClosing
    ? `This "${token.image}" closes nothing.`
    : `Unexpected ${describeToken(token)}.`;
}

function sentence(expected: string, previous: IToken, actual: IToken): string {
  // Recovery may have gone past the place by the time it reports it.
  const isBefore = actual.image === '' || previous.startOffset < actual.startOffset;
  const after = previous.image === '' || !isBefore ? '' : ` after ${describeToken(previous)}`;
  return `Expected ${expected}${after}, found ${describeToken(actual)}.`;
}

function describeType(type: TokenType): string {
  return type.name === 'Name' ? 'a name' : (type.LABEL ?? type.name);
}

function describeToken(token: IToken): string {
  if (token.image === '') return 'the end of the text';
  const image = token.image.length > 40 ? `${token.image.slice(0, 39)}…` : token.image;
  return image.startsWith('"') ? image.replaceAll(/\s+/g, ' ') : `"${image}"`;
}
