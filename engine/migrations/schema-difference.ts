/*
 * The migration that leads from one schema to another, as text. What a field was called before cannot be seen: a field
 * that goes beside one of its type that comes is asked about, and taken for renamed only when that was said.
 */
import type { CollectionDefinition, FieldDefinition, IndexDefinition } from '#engine/aql';
import { definitionText, fieldText, indexText } from './definition-text.ts';

/** `users.login` → `username` */
export type Renames = ReadonlyMap<string, string>;

export interface SchemaDifference {
  /** The steps, in the language, for a version; empty when the schemas mean the same. */
  readonly steps: readonly string[];
  /** Actions among them that take values away or give them another type. */
  readonly destructive: readonly { readonly collection: string; readonly text: string }[];
  /** Fields that may be renamed ones: what goes, and what it may be called now. */
  readonly mayBeRenamed: readonly {
    readonly collection: string;
    readonly from: string;
    readonly to: readonly string[];
  }[];
  /** Differences that no step can bring about, in sentences. */
  readonly impossible: readonly string[];
}

interface Differing {
  readonly steps: string[];
  readonly destructive: SchemaDifference['destructive'][number][];
  readonly mayBeRenamed: SchemaDifference['mayBeRenamed'][number][];
  readonly impossible: string[];
}

export function schemaDifference(
  present: readonly CollectionDefinition[],
  wanted: readonly CollectionDefinition[],
  renames: Renames = new Map(),
): SchemaDifference {
  const differing: Differing = {
    steps: [],
    destructive: [],
    mayBeRenamed: [],
    impossible: [],
  };
  for (const definition of wanted) {
    const before = present.find(({ name }) => name === definition.name);
    if (before === undefined) differing.steps.push(`create ${definitionText(definition)}`);
    else compare(before, definition, renames, differing);
  }
  for (const { name } of present) {
    if (!wanted.some((definition) => definition.name === name)) {
      differing.steps.push(`drop collection ${name}`);
      differing.destructive.push({ collection: name, text: `drop collection ${name}` });
    }
  }
  return differing;
}

function compare(
  before: CollectionDefinition,
  after: CollectionDefinition,
  renames: Renames,
  { steps, destructive, mayBeRenamed, impossible }: Differing,
): void {
  const { name: collection } = before;
  if (before.open !== after.open) {
    impossible.push(`"${collection}" cannot become ${after.open ? 'open' : 'closed'} by a step.`);
  }
  const newNames = new Map(
    before.fields.map(({ name }) => {
      const to = renames.get(`${collection}.${name}`);
      // A name that is taken cannot be given: that field would have to go first, and its values with it.
      const isFree = to !== undefined && before.fields.every((field) => field.name !== to);
      return [name, isFree ? to : name];
    }),
  );
  const find = (name: string) => after.fields.find((field) => field.name === name);
  const gone = before.fields.filter(({ name }) => find(newNames.get(name) ?? name) === undefined);
  const known = new Set(newNames.values());
  const added = after.fields.filter(({ name }) => !known.has(name));
  const dropped = droppedIndexes(before, after, newNames);
  const actions = [
    ...dropped.map(({ fields, text }) => `drop ${indexText({ fields, ...(text && { text }) })}`),
    ...[...newNames].flatMap(([from, to]) =>
      from !== to && find(to) !== undefined ? [`rename ${from} to ${to}`] : [],
    ),
    ...gone.map(({ name }) => `drop ${name}`),
    ...added.map((field) => `add ${fieldText(field)}`),
  ];
  destructive.push(...gone.map(({ name }) => ({ collection, text: `drop ${name}` })));
  for (const field of before.fields) {
    const now = find(newNames.get(field.name) ?? field.name);
    if (now === undefined) continue;
    const modified = modification(collection, field, now, impossible);
    actions.push(...modified);
    if (sameType(field, now)) continue;
    destructive.push(...modified.slice(-1).map((text) => ({ collection, text })));
  }
  actions.push(...addedIndexes(before, after, newNames).map((index) => `add ${indexText(index)}`));
  if (actions.length > 0) steps.push(`alter collection ${collection} { ${actions.join('  ')} }`);
  for (const field of gone) {
    const to = added.filter((other) => sameType(field, other)).map(({ name }) => name);
    if (to.length > 0) mayBeRenamed.push({ collection, from: field.name, to });
  }
}

function modification(
  collection: string,
  before: FieldDefinition,
  after: FieldDefinition,
  impossible: string[],
): readonly string[] {
  const renamed = { ...before, name: after.name };
  if (fieldText(renamed) === fieldText(after)) return [];
  if (before.unique && !after.unique)
    return [`drop index (${after.name})`, `modify ${fieldText(after)}`];
  if (before.indexed && !after.indexed) return [`drop index (${after.name})`];
  if (before.references !== after.references && after.references === undefined) {
    impossible.push(`"${collection}.${after.name}" keeps its reference: no step takes it away.`);
  }
  return [`modify ${fieldText(after)}`];
}

function droppedIndexes(
  before: CollectionDefinition,
  after: CollectionDefinition,
  newNames: ReadonlyMap<string, string>,
): readonly IndexDefinition[] {
  const wanted = new Set(after.indexes.map(indexText));
  return before.indexes.filter((index) => !wanted.has(indexText(moved(index, newNames))));
}

function addedIndexes(
  before: CollectionDefinition,
  after: CollectionDefinition,
  newNames: ReadonlyMap<string, string>,
): readonly IndexDefinition[] {
  const there = new Set(before.indexes.map((index) => indexText(moved(index, newNames))));
  return after.indexes.filter((index) => !there.has(indexText(index)));
}

function moved(index: IndexDefinition, newNames: ReadonlyMap<string, string>): IndexDefinition {
  const fields = index.fields.map((path) => {
    const [first = '', ...inner] = path.split('.');
    return [newNames.get(first) ?? first, ...inner].join('.');
  });
  return { ...index, fields };
}

function sameType(one: FieldDefinition, other: FieldDefinition): boolean {
  return JSON.stringify(one.type) === JSON.stringify(other.type);
}
