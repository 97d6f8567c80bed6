/* One sentence for each word of the language, shown in completion and hover. */

export const statementMeanings: Readonly<Record<string, string>> = {
  query: 'Reads documents.',
  mutation: 'Changes documents, all of it or nothing.',
  schema: 'Defines and drops collections.',
  fragment: 'A selection of fields to use in several places.',
};

export const argumentMeanings: Readonly<Record<string, string>> = {
  where: 'Only documents that satisfy this filter.',
  filter: 'Only documents that satisfy this filter; the same as `where`.',
  orderBy: 'The order of the result, for example `{ age: DESC }`. Without it the order is by `id`.',
  limit: 'At most this many documents.',
  offset: 'Leaves out this many documents at the beginning.',
  skip: 'Leaves out this many documents at the beginning; the same as `offset`.',
  collection: 'The name of the collection, in quotes.',
  data: 'The fields and their values.',
  set: 'The fields and their values; the same as `data`.',
};

export const functionMeanings: Readonly<Record<string, string>> = {
  insertInto: 'Inserts a document, or a list of documents, and returns them.',
  insertMany: 'Inserts a list of documents and returns them.',
  update: 'Changes every document that satisfies `where` and returns them.',
  deleteFrom: 'Deletes every document that satisfies `where` and returns them as they were.',
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

export const directiveMeanings: Readonly<Record<string, string>> = {
  unique: 'No two documents share a value; gives an index.',
  indexed: 'Gives an index.',
  default: 'The value that an insert gets which leaves the field out.',
  references: 'The collection whose `id` this field holds.',
  validate: 'Rules that every write must satisfy.',
  primary: 'Unique and not null.',
  open: 'Documents may have fields that the schema does not name.',
  index: 'An index over several fields, or over a value inside an object.',
  include: 'Selects the field only if the condition is true.',
  skip: 'Leaves the field out if the condition is true.',
};

export const directiveArguments: Readonly<Record<string, readonly string[]>> = {
  default: ['value', 'now'],
  references: ['collection'],
  validate: ['min', 'max', 'minLength', 'maxLength', 'pattern', 'format'],
  index: ['fields', 'unique'],
  include: ['if'],
  skip: ['if'],
};
