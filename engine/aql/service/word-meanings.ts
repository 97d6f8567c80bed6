/* One sentence for each word of the language that is no argument, shown in completion and hover. */

/** What a table says of a word; `undefined` for words that it does not list, whatever objects inherit. */
export function meaningIn(
  table: Readonly<Record<string, string>>,
  word: string,
): string | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

export const statementMeanings: Readonly<Record<string, string>> = {
  query: 'Reads documents.',
  mutation: 'Changes documents, all of it or nothing.',
  subscription: 'Gives one event for each change of the documents that it selects.',
  schema: 'Defines, alters and drops collections.',
  migrate: 'Brings a database from version to version; each runs once.',
  fragment: 'A selection of fields to use in several places.',
};

/** What selections hold beside the fields of documents. */
export const partMeanings: Readonly<Record<string, string>> = {
  edges: 'The documents of a page with their cursors.',
  cursor: 'Where a page can go on; give it to `after` or `before`.',
  node: 'The document.',
  pageInfo: 'Whether there are more pages, and the cursors at both ends.',
  hasNextPage: 'True when documents follow the page.',
  hasPreviousPage: 'True when documents precede the page.',
  startCursor: 'The cursor of the first document; null on an empty page.',
  endCursor: 'The cursor of the last document; null on an empty page.',
  totalCount: 'How many documents satisfy `where`, whatever the page.',
  aggregate: 'Numbers over all documents that satisfy `where`.',
  groupBy: 'Groups the documents by the values of a field.',
  key: 'The value of the group; an object when several fields group.',
  count: 'How many documents there are.',
  nodes: 'Documents of the group.',
  lookup: 'Joins documents of another collection by value, batched.',
  compute: 'A value computed from the fields of the document.',
  __typename: 'The name of the collection.',
  _version: 'A digest of the whole document, for `ifVersion`.',
  _score: 'How well the document fits the search.',
  _highlight: 'The text with what the search has found.',
};

export const updateOperatorMeanings: Readonly<Record<string, string>> = {
  set: 'Gives the field this value.',
  increment: 'Adds a number.',
  decrement: 'Subtracts a number.',
  multiply: 'Multiplies by a number.',
  push: 'Adds an element at the end.',
  addToSet: 'Adds an element unless the list has it.',
  pull: 'Removes every element that is equal.',
  unset: 'Removes the field.',
};

export const expressionFunctions: Readonly<Record<string, string>> = {
  concat: 'The texts one after the other.',
  lower: 'The text in lower case.',
  upper: 'The text in upper case.',
  trim: 'The text without blanks at its ends.',
  coalesce: 'The first value that is not null.',
  if: 'The second value if the first is true, else the third.',
  now: 'The time of the migration.',
  uuid: 'A new identifier.',
};

export const typeMeanings: Readonly<Record<string, string>> = {
  String: 'Unicode text.',
  Int: 'A whole number within ±(2^53 − 1).',
  Float: 'A finite number.',
  Boolean: 'true or false.',
  Uuid: 'A 36-character identifier.',
  DateTime: 'An instant, written as RFC 3339 text.',
  Object: 'Any JSON object.',
  Any: 'Any JSON value.',
};
