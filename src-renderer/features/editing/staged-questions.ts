/* Questions to the host about staged values, many in one query: who holds a unique value, which documents are there. */
import { type CollectionInfo, type DatabaseId, WireError, type WireValue } from '#contract';
import { literalText } from '#engine/aql/edits';
import type { Client } from '../../client/client.ts';
import type { EditedDocument } from './staged-document.ts';
import { uniqueKeys } from './unique-keys.ts';

export interface Asked {
  readonly client: Client;
  readonly database: DatabaseId;
  readonly signal: AbortSignal;
}

export interface Reference {
  /** The collection that it leads into. */
  readonly target: string;
  readonly id: string;
}

/** Values of fields that only one document may have together. */
export interface SoughtKey {
  readonly fields: readonly string[];
  /** Of the fields and the values. */
  readonly key: string;
  readonly values: readonly WireValue[];
}

const valuesMax = 500;
/** Characters of the values in one query; a longer value is left to the preview. */
const lengthMax = 200_000;

/** By the key: the ids of the stored documents that hold its values. @throws WireError */
export async function askHolders(
  asked: Asked,
  info: CollectionInfo,
  keys: readonly SoughtKey[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>(keys.map(({ key }) => [key, []]));
  for (const group of grouped(keys, ({ fields }) => fields.join(' ')).values()) {
    const { fields = [] } = group[0] ?? {};
    const names = [...new Set(fields.map((path) => path.split('.')[0] ?? path))];
    for (const where of conditions(info, fields, group)) {
      for (const document of await read(asked, { collection: info.name, where, names })) {
        for (const { key } of uniqueKeys(document, fields)) {
          found.get(`${fields.join(' ')} ${key}`)?.push(String(document['id']));
        }
      }
    }
  }
  return found;
}

/** By target and id: whether there is such a document. @throws WireError */
export async function askThere(
  asked: Asked,
  references: readonly Reference[],
): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>();
  for (const [target, group] of grouped(references, (each) => each.target)) {
    const ids = [...new Set(group.map(({ id }) => id.toLowerCase()))];
    const there = new Set<unknown>();
    for (const some of parts(ids, (id) => JSON.stringify(id))) {
      const where = `{ id: { in: [${some.join(', ')}] } }`;
      for (const { id } of await read(asked, { collection: target, where, names: [] }))
        there.add(id);
    }
    for (const { id } of group) found.set(`${target} ${id}`, there.has(id.toLowerCase()));
  }
  return found;
}

/** What finds the holders of values; an index answers for one field. */
function* conditions(
  info: CollectionInfo,
  fields: readonly string[],
  keys: readonly SoughtKey[],
): Generator<string> {
  const [path = ''] = fields;
  const isPlain = fields.length === 1 && !isList(info, path);
  if (isPlain) {
    for (const some of parts(keys, ({ values }) => literalText(values[0] ?? null))) {
      yield `{ ${JSON.stringify(path)}: { in: [${some.join(', ')}] } }`;
    }
  } else {
    for (const some of parts(keys, (sought) => conditionOf(info, sought))) {
      yield `{ or: [${some.join(', ')}] }`;
    }
  }
}

/** `{ code: { eq: "A1" } }`; of a list the value is an element. */
function conditionOf(info: CollectionInfo, { fields, values }: SoughtKey): string {
  const each = fields.map((path, at) => {
    const operator = isList(info, path) ? 'contains' : 'eq';
    return `${JSON.stringify(path)}: { ${operator}: ${literalText(values[at] ?? null)} }`;
  });
  return `{ ${each.join(', ')} }`;
}

function isList({ fields }: CollectionInfo, path: string): boolean {
  return fields.find(({ name }) => name === path)?.type.kind === 'list';
}

function grouped<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function* parts<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
): Generator<readonly string[]> {
  let texts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = textOf(item);
    if (text.length > lengthMax) continue;
    if (texts.length >= valuesMax || length + text.length > lengthMax) {
      yield texts;
      texts = [];
      length = 0;
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield texts;
}

/** The documents that a condition leaves, with their id and some of their fields. @throws WireError */
async function read(
  { client, database, signal }: Asked,
  {
    collection,
    where,
    names,
  }: { readonly collection: string; readonly where: string; readonly names: readonly string[] },
): Promise<readonly EditedDocument[]> {
  const text = `query Held { ${collection}(where: ${where}) { ${['id', ...names].join(' ')} } }`;
  const documents: EditedDocument[] = [];
  for await (const part of client.run({ database, text, isForView: true }, { signal })) {
    if (part.kind === 'failed') throw new WireError(part.error);
    if (part.kind !== 'rows') continue;
    const { columns, rowCount } = part.batch;
    for (let row = 0; row < rowCount; row += 1) {
      const cells = ['id', ...names].map((name, at) => [name, columns[at]?.[row] ?? null] as const);
      documents.push(Object.fromEntries(cells));
    }
  }
  return documents;
}
