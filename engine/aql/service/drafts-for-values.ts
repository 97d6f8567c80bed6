/* What completion offers where a value may stand: values that documents hold, words, names in quotes, variables. */
import { typeNames } from '../binding/field-access.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType, JsonValue } from '../field-type.ts';
import { findFilterOperator } from '../filter-operators.ts';
import { isCombinator } from './cursor-areas.ts';
import type { CursorContext, DeclaredVariable } from './cursor-context.ts';
import { type Frame, pathBelow } from './cursor-frame.ts';
import { wantedType } from './cursor-openings.ts';
import { type Draft, plainInSnippet, words } from './draft.ts';
import { collectionDrafts, fieldDrafts } from './drafts-for-fields.ts';
import type { LanguageCatalog, SampledValue } from './language-catalog.ts';
import { findParameter, type Parameter } from './signature.ts';
import { meaningIn, typeMeanings, updateOperatorMeanings } from './word-meanings.ts';

const sampledValuesMax = 50;

export function valueDrafts(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { valueFrame: frame } = context;
  switch (frame.area) {
    case 'collectionBody':
    case 'alterBody':
    case 'variables':
      return context.frame.expecting === 'default' ? words(['true', 'false', 'null']) : typeDrafts;
    case 'order':
      if (frame.key === 'field') return quoted(fieldDrafts(frame.collection));
      return words(['ASC', 'DESC']);
    case 'arguments':
      return argumentValueDrafts(context, catalog);
    case 'filter':
    case 'operators':
    case 'data':
    case 'update':
      return fieldValueDrafts(context, catalog);
    default:
      return variableDrafts(context, '\\$', undefined);
  }
}

const typeDrafts: Draft[] = Object.entries(typeMeanings).map(([label, documentation]) => ({
  label,
  kind: 'type',
  documentation,
}));

function argumentValueDrafts(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { valueFrame: frame } = context;
  const parameter = findParameter(frame.signature, frame.key);
  const isInList = context.frame !== frame;
  const wanted = wantedType(frame, isInList);
  const names = nameDraftsFor(parameter, frame, catalog);
  if (names !== undefined) return quoted(names);
  switch (parameter?.kind) {
    case 'word':
      return words(parameter.words);
    case 'boolean':
      return [...words(['true', 'false']), ...variableDrafts(context, '\\$', wanted)];
    case 'filter':
    case 'having':
    case 'search':
    case 'data':
    case 'json':
    case 'action':
    case 'order': {
      const variables =
        parameter.kind === 'action' ? [] : variableDrafts(context, '\\$', undefined);
      const object: Draft = { label: '{ }', kind: 'snippet', snippet: '{ $0 }', rank: 4 };
      return isInList ? [object, ...variables] : [...variables, object];
    }
    default:
      return variableDrafts(context, '\\$', wanted);
  }
}

/** Names that an argument takes in quotes; `undefined` when it takes something else. */
function nameDraftsFor(
  parameter: Parameter | undefined,
  frame: Frame,
  catalog: LanguageCatalog,
): Draft[] | undefined {
  switch (parameter?.kind) {
    case 'collection':
      return collectionDrafts(catalog);
    case 'text':
      return parameter.name === 'jobType' ? jobTypeDrafts(catalog) : undefined;
    case 'localField':
      return fieldDrafts(frame.outer);
    case 'field':
    case 'fields':
      return fieldDrafts(frame.collection).filter(({ label }) =>
        suits(frame.signature?.name, frame.collection, label),
      );
    default:
      return undefined;
  }
}

/** The types of the jobs that there are. */
function jobTypeDrafts({ samples }: LanguageCatalog): Draft[] {
  return (samples?.['_jobs.job_type'] ?? []).map(({ value, count }) => ({
    label: String(value),
    kind: 'value',
    ...{ detail: `× ${count}`, documentation: `${count} of the latest jobs are of this type.` },
  }));
}

/** Sums and means are of numbers; everything else takes any field. */
function suits(
  owner: string | undefined,
  collection: CollectionDefinition | undefined,
  name: string,
): boolean {
  if (owner !== 'sum' && owner !== 'avg') return true;
  const type = collection?.fields.find((field) => field.name === name)?.type;
  if (type?.kind !== 'scalar') return false;
  return type.name === 'Int' || type.name === 'Float' || type.name === 'Any';
}

function quoted(drafts: readonly Draft[]): Draft[] {
  return drafts.map(({ label, snippet: _, ...draft }) => ({
    ...draft,
    label,
    insert: `"${label}"`,
  }));
}

function fieldValueDrafts(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { valueFrame: frame } = context;
  if (frame.area === 'filter' && isCombinator(frame.key)) {
    return [{ label: '{ }', kind: 'snippet', snippet: '{ $0 }' }];
  }
  const isInList = context.frame !== frame;
  const wanted = wantedType(frame, isInList);
  const isBoolean = wanted?.kind === 'scalar' && wanted.name === 'Boolean';
  const counts = sampledValues(frame, catalog).map(sampleDraft);
  const booleans = isBoolean
    ? words(['true', 'false']).filter(({ label }) => counts.every((each) => each.label !== label))
    : [];
  return [...counts, ...booleans, ...variableDrafts(context, '\\$', wanted)];
}

/** Values that the field under the cursor holds in sampled documents. */
function sampledValues(frame: Frame, catalog: LanguageCatalog): readonly SampledValue[] {
  const { collection, key, area } = frame;
  if (collection === undefined || catalog.samples === undefined) return [];
  const isBelow = area === 'filter' || area === 'data' || !isOperator(key);
  const path = isBelow ? pathBelow(frame, key) : frame.path;
  const isTest =
    area === 'operators' && (key === 'isNull' || key === 'isNotNull' || key === 'size');
  if (path === undefined || isTest) return [];
  const name = `${collection.name}.${path}`;
  const values = Object.hasOwn(catalog.samples, name) ? catalog.samples[name] : undefined;
  return (values ?? []).slice(0, sampledValuesMax);
}

function isOperator(key: string | undefined): boolean {
  return (
    key === undefined ||
    findFilterOperator(key) !== undefined ||
    meaningIn(updateOperatorMeanings, key) !== undefined
  );
}

function sampleDraft({ value, count }: SampledValue): Draft {
  return {
    label: JSON.stringify(value),
    kind: 'value',
    insert: literal(value),
    ...countOf(count),
  };
}

function countOf(count: number): Pick<Draft, 'detail' | 'documentation' | 'rank'> {
  return {
    detail: `× ${count}`,
    documentation: `In ${count} of the sampled documents.`,
    rank: 2,
  };
}

/** A value as AQL writes it: as JSON, which AQL's literals include. */
function literal(value: JsonValue): string {
  return JSON.stringify(value);
}

/** What may stand inside a string. */
export function stringDrafts(context: CursorContext, catalog: LanguageCatalog): Draft[] {
  const { valueFrame: frame } = context;
  if (frame.expecting === 'name') {
    const takesPaths = frame.area === 'filter' || frame.area === 'data' || frame.area === 'order';
    return takesPaths ? fieldDrafts(frame.collection) : [];
  }
  if (frame.expecting !== 'value') return [];
  if (frame.area === 'arguments') {
    const parameter = findParameter(frame.signature, frame.key);
    if (frame.signature?.name === 'handler' && parameter?.name === 'on')
      return eventDrafts(catalog);
    return nameDraftsFor(parameter, frame, catalog) ?? [];
  }
  if (frame.area === 'order') return fieldDrafts(frame.collection);
  return sampledValues(frame, catalog).flatMap(({ value, count }): Draft[] => {
    if (typeof value !== 'string') return [];
    return [
      {
        label: value,
        kind: 'value',
        insert: JSON.stringify(value).slice(1, -1),
        ...countOf(count),
      },
    ];
  });
}

function eventDrafts(catalog: LanguageCatalog): Draft[] {
  return words(
    ['insert', 'update', 'delete'].flatMap((event) =>
      catalog.collections.map(({ name }) => `${event} ${name}`),
    ),
  );
}

/** The variables of the operation: those whose type fits first. */
export function variableDrafts(
  { variables }: CursorContext,
  dollar: string,
  wanted: FieldType | undefined,
): Draft[] {
  return variables.map(({ name, type }) => ({
    label: dollar === '' ? name : `$${name}`,
    kind: 'variable',
    detail: type === '' ? undefined : type,
    snippet: dollar === '' ? undefined : `${dollar}${plainInSnippet(name)}`,
    rank: wanted === undefined || fits({ name, type }, wanted) ? 4 : 8,
  }));
}

/** True when a variable of that type may stand where the type is wanted; also when its type is none of ours. */
function fits({ type }: DeclaredVariable, wanted: FieldType): boolean {
  const isList = type.startsWith('[');
  const name = typeNames.get(type.replace(/[[\]!]/g, ''));
  if (name === undefined || name === 'Any') return true;
  if (wanted.kind === 'list') return isList && fits({ name: '', type: name }, wanted.element);
  if (wanted.name === 'Any') return true;
  if (isList) return false;
  if (wanted.name === 'Float') return name === 'Float' || name === 'Int';
  if (wanted.name === 'Uuid' || wanted.name === 'DateTime') {
    return name === wanted.name || name === 'String';
  }
  return name === wanted.name;
}
