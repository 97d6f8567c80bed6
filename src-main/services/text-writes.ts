import type { WireValue } from '#contract';
import {
  changeEffects,
  type DocumentNode,
  isWriting,
  mutationKind,
  parse,
  type Span,
  type WritingKind,
} from '#engine/aql';

/*
 * Finds the statements of a text that write, and makes of each the query that gives the documents it would touch: the
 * text of its own `where`, with the variables that it uses. So what is shown before a write is found by the language
 * itself, not by a second reading of filters. What counts as a write is said by the language's table of changes.
 */

export interface TextWrite {
  readonly kind: WritingKind;
  readonly effect: (typeof changeEffects)[WritingKind];
  /** The collection, or the name of a handler or type of job. */
  readonly target: string;
  readonly span: Span;
  readonly amount: WriteAmount;
}

/** How many documents a write is about. */
type WriteAmount =
  /** What is written is given, not found. */
  | { readonly kind: 'given'; readonly count: number }
  /** Those that a query finds; without `where` all of the collection. */
  | { readonly kind: 'found'; readonly query: TouchedQuery }
  /** Nothing that could be counted. */
  | { readonly kind: 'none' };

export interface TouchedQuery {
  readonly collection: string;
  /** The filter as it is written. */
  readonly where?: string;
  /** Declarations of the variables inside `where`, as they are written: `$min: Int = 3`. */
  readonly variables: readonly string[];
}

export type RunVariables = Readonly<Record<string, WireValue>>;

type Definition = DocumentNode['definitions'][number]['node'];
type Operation = Extract<Definition, { kind: 'operation' }>;
type Selection = Operation['selectionSet']['selections'][number];
type Field = Extract<Selection, { kind: 'field' }>;
type Value = Field['arguments'][number]['value'];
type Fragments = ReadonlyMap<string, Extract<Definition, { kind: 'fragment' }>>;
type Step =
  | Extract<Definition, { kind: 'schema' }>['statements'][number]
  | Extract<Definition, { kind: 'migrate' }>['versions'][number]['steps'][number];
type DataMigration = Extract<Step, { kind: 'migrateData' }>;

/** What the text of a mutation stands in, and what it is run with. */
interface Surroundings {
  readonly text: string;
  readonly operation: Operation;
  readonly values: RunVariables;
}

/** Told at a glance: writes stand in blocks that begin with one of three words. */
export function mayHoldWrite(text: string): boolean {
  return /\b(?:mutation|schema|migrate)\b/.test(text);
}

/**
 * The writes of a text without errors, in text order; `applied` are the versions of migrations that are recorded and
 * will be skipped. Fragments count wherever they are spread: the binder bounds how often that is, so a text goes
 * through it first.
 */
export function textWrites(
  text: string,
  values: RunVariables = {},
  applied: readonly string[] = [],
): readonly TextWrite[] {
  const { document } = parse(text);
  const sound = document.definitions.flatMap(({ node, isBroken }) => (isBroken ? [] : [node]));
  const fragments: Fragments = new Map(
    sound.flatMap((node) => (node.kind === 'fragment' ? [[node.name.value, node]] : [])),
  );
  return sound.flatMap((node): readonly TextWrite[] => {
    if (node.kind === 'operation')
      return writesOfOperation({ text, operation: node, values }, fragments);
    if (node.kind === 'schema') return node.statements.flatMap((step) => writeOfStep(text, step));
    if (node.kind !== 'migrate') return [];
    return node.versions
      .filter(({ version }) => !applied.includes(version.value))
      .flatMap(({ steps }) => steps.flatMap((step) => writeOfStep(text, step)));
  });
}

/** The query for the documents of a write. */
export function queryOf(
  { collection, where, variables }: TouchedQuery,
  options: { readonly fields: readonly string[]; readonly limit?: number },
): string {
  const declared = variables.length === 0 ? '' : ` Touched(${variables.join(' ')})`;
  const given = [
    ...(where === undefined ? [] : [`where: ${where}`]),
    ...(options.limit === undefined ? [] : [`limit: ${options.limit}`]),
  ];
  const argumentText = given.length === 0 ? '' : `(${given.join(' ')})`;
  return `query${declared} { ${collection}${argumentText} { ${options.fields.join(' ')} } }`;
}

function writesOfOperation(around: Surroundings, fragments: Fragments): readonly TextWrite[] {
  const { operation, selectionSet } = around.operation;
  if (operation !== 'mutation') return [];
  const fields = [...mutationFields(selectionSet.selections, fragments)];
  return fields.flatMap((field) => writeOfField(around, field));
}

/** The fields of a mutation, those in fragments and inside `transaction` included. */
function* mutationFields(
  selections: readonly Selection[],
  fragments: Fragments,
  entered: ReadonlySet<string> = new Set(),
): Generator<Field> {
  for (const selection of selections) {
    if (selection.kind === 'field') {
      const inside = selection.selectionSet?.selections;
      const isGroup = mutationKind(selection.name.value) === 'transaction';
      if (!isGroup || inside === undefined) yield selection;
      else yield* mutationFields(inside, fragments, entered);
    } else if (selection.kind === 'inlineFragment') {
      yield* mutationFields(selection.selectionSet.selections, fragments, entered);
    } else {
      const name = selection.name.value;
      const inside = entered.has(name) ? undefined : fragments.get(name)?.selectionSet.selections;
      if (inside !== undefined) {
        yield* mutationFields(inside, fragments, new Set([...entered, name]));
      }
    }
  }
}

function writeOfField(around: Surroundings, field: Field): readonly TextWrite[] {
  const kind = mutationKind(field.name.value);
  if (kind === undefined || !isWriting(kind)) return [];
  const named = argument(field, 'collection') ?? argument(field, 'jobType');
  const target = named === undefined ? '_jobs' : nameIn(around, named);
  const amount = amountOf(around, field, { kind, target });
  return [{ kind, effect: changeEffects[kind], target, span: field.span, amount }];
}

function amountOf(
  around: Surroundings,
  field: Field,
  { kind, target }: Pick<TextWrite, 'kind' | 'target'>,
): WriteAmount {
  switch (kind) {
    case 'insert':
      return given(around, argument(field, 'data', 'set'));
    case 'enqueue':
      return given(around, argument(field, 'payloads'));
    case 'cancelJob':
    case 'retryJob': {
      const id = argument(field, 'id');
      const where = argument(field, 'where', 'filter');
      if (where !== undefined) return found(around, '_jobs', { value: where });
      return id === undefined
        ? { kind: 'none' }
        : found(around, '_jobs', { value: id, field: 'id' });
    }
    case 'upsert': {
      const on = argument(field, 'on');
      if (on === undefined) break;
      return on.kind === 'string' ? foundOn(around, field, target, on.value) : { kind: 'none' };
    }
    default:
      break;
  }
  const where = argument(field, 'where', 'filter');
  return where === undefined ? { kind: 'none' } : found(around, target, { value: where });
}

function argument(field: Field, ...names: readonly string[]): Value | undefined {
  return field.arguments.find(({ name }) => names.includes(name.value))?.value;
}

/** A name that is given as a text, or comes with the run. */
function nameIn({ text, values }: Surroundings, value: Value): string {
  if (value.kind === 'string') return value.value;
  const known = value.kind === 'variable' ? values[value.name.value] : undefined;
  return typeof known === 'string' ? known : text.slice(value.span.start, value.span.end);
}

function given({ operation, values }: Surroundings, value: Value | undefined): WriteAmount {
  if (value?.kind === 'list') return { kind: 'given', count: value.items.length };
  if (value?.kind !== 'variable') return { kind: 'given', count: 1 };
  const known = values[value.name.value];
  if (known !== undefined) return { kind: 'given', count: Array.isArray(known) ? known.length : 1 };
  const declared = operation.variables.find(({ name }) => name.value === value.name.value);
  const { defaultValue } = declared ?? {};
  return { kind: 'given', count: defaultValue?.kind === 'list' ? defaultValue.items.length : 1 };
}

/** The documents that a filter finds, or a value of one field. */
function found(
  { text, operation }: Surroundings,
  collection: string,
  { value, field }: { readonly value: Value; readonly field?: string },
): WriteAmount {
  const used = new Set(variablesIn(value));
  const written = text.slice(value.span.start, value.span.end);
  const where = field === undefined ? written : `{ ${field}: { eq: ${written} } }`;
  const variables = operation.variables.flatMap(({ name, span }) =>
    used.has(name.value) ? [text.slice(span.start, span.end)] : [],
  );
  return { kind: 'found', query: { collection, where, variables } };
}

/** The documents that `upsert(on:)` finds: those that hold the value that its data give the field. */
function foundOn(
  around: Surroundings,
  field: Field,
  collection: string,
  name: string,
): WriteAmount {
  const data = argument(field, 'data', 'set');
  if (data?.kind === 'object') {
    const entry = data.entries.find(({ key }) => key.value === name);
    if (entry === undefined) return { kind: 'none' };
    return found(around, collection, { value: entry.value, field: name });
  }
  const known = data?.kind === 'variable' ? around.values[data.name.value] : undefined;
  const isObject = typeof known === 'object' && known !== null && !Array.isArray(known);
  const value = isObject ? Object.entries(known).find(([key]) => key === name)?.[1] : undefined;
  if (value === undefined) return { kind: 'none' };
  // What JSON writes is a literal of the language, too.
  const where = `{ ${name}: { eq: ${JSON.stringify(value)} } }`;
  return { kind: 'found', query: { collection, where, variables: [] } };
}

function variablesIn(value: Value): readonly string[] {
  switch (value.kind) {
    case 'variable':
      return [value.name.value];
    case 'list':
      return value.items.flatMap(variablesIn);
    case 'object':
      return value.entries.flatMap((entry) => variablesIn(entry.value));
    default:
      return [];
  }
}

function writeOfStep(text: string, step: Step): readonly TextWrite[] {
  const { kind, span } = step;
  if (!isWriting(kind)) return [];
  const target = kind === 'migrateData' ? step.collection.value : step.name.value;
  return [{ kind, effect: changeEffects[kind], target, span, amount: amountOfStep(text, step) }];
}

function amountOfStep(text: string, step: Step): WriteAmount {
  switch (step.kind) {
    case 'dropCollection':
    case 'alterCollection':
      return { kind: 'found', query: { collection: step.name.value, variables: [] } };
    case 'migrateData': {
      const where = conditionsOf(text, step);
      const base = { collection: step.collection.value, variables: [] };
      return { kind: 'found', query: where === undefined ? base : { ...base, where } };
    }
    case 'defineCollection':
    case 'defineHandler':
    case 'dropHandler':
      return { kind: 'none' };
  }
}

/** What the documents of `migrate data` have in common as they are now; `undefined` when it changes all. */
function conditionsOf(text: string, { assignments }: DataMigration): string | undefined {
  const conditions: string[] = [];
  for (const { where } of assignments) {
    if (where === undefined) return undefined;
    conditions.push(text.slice(where.span.start, where.span.end));
  }
  return conditions.length === 1 ? conditions[0] : `{ or: [${conditions.join(' ')}] }`;
}
