import { type DocumentNode, parse } from '#engine/aql';

/*
 * Finds the statements of a text that change or remove documents that are there, and makes of each the query that
 * gives the same documents: the text of its own `where`, with the variables that it uses. So what is shown before a
 * write is found by the language itself, not by a second reading of filters.
 */

/** A statement that asks to be confirmed. */
export interface GuardedWrite {
  readonly kind: 'update' | 'delete' | 'dropCollection';
  readonly collection: string;
  readonly span: { readonly start: number; readonly end: number };
  /** The `where` as it is written; absent for a drop, which touches all documents. */
  readonly where?: string;
  /** Declarations of the variables inside `where`, as they are written: `$min: Int = 3`. */
  readonly variables: readonly string[];
}

type Definition = DocumentNode['definitions'][number]['node'];
type Operation = Extract<Definition, { kind: 'operation' }>;
type Selection = Operation['selectionSet']['selections'][number];
type Field = Extract<Selection, { kind: 'field' }>;
type Value = Field['arguments'][number]['value'];
type Fragments = ReadonlyMap<string, Extract<Definition, { kind: 'fragment' }>>;

const writeKinds: ReadonlyMap<string, 'update' | 'delete'> = new Map([
  ['update', 'update'],
  ['deleteFrom', 'delete'],
  ['delete', 'delete'],
]);

/** The guarded writes of a text, in text order. Definitions with syntax errors have none. */
export function guardedWrites(text: string): readonly GuardedWrite[] {
  const { document } = parse(text);
  const sound = document.definitions.flatMap(({ node, isBroken }) => (isBroken ? [] : [node]));
  const fragments: Fragments = new Map(
    sound.flatMap((node) => (node.kind === 'fragment' ? [[node.name.value, node]] : [])),
  );
  return sound.flatMap((node): readonly GuardedWrite[] => {
    if (node.kind === 'operation' && node.operation === 'mutation') {
      return mutationFields(node.selectionSet.selections, fragments).flatMap(
        (field) => writeOf(text, node, field) ?? [],
      );
    }
    if (node.kind !== 'schema') return [];
    return node.statements.flatMap((statement): readonly GuardedWrite[] =>
      statement.kind === 'dropCollection'
        ? [
            {
              kind: 'dropCollection',
              collection: statement.name.value,
              span: statement.span,
              variables: [],
            },
          ]
        : [],
    );
  });
}

/** The query for the documents of a write. */
export function queryOf(
  write: GuardedWrite,
  options: { readonly fields: readonly string[]; readonly limit?: number },
): string {
  const declared = write.variables.length === 0 ? '' : ` Touched(${write.variables.join(' ')})`;
  const given = [
    ...(write.where === undefined ? [] : [`where: ${write.where}`]),
    ...(options.limit === undefined ? [] : [`limit: ${options.limit}`]),
  ];
  const argumentText = given.length === 0 ? '' : `(${given.join(' ')})`;
  return `query${declared} { ${write.collection}${argumentText} { ${options.fields.join(' ')} } }`;
}

/** The fields of a mutation, those in fragments and inside `transaction` included. */
function mutationFields(
  selections: readonly Selection[],
  fragments: Fragments,
  entered: ReadonlySet<string> = new Set(),
): readonly Field[] {
  const fields: Field[] = [];
  for (const selection of selections) {
    if (selection.kind === 'field') {
      const inside = selection.selectionSet?.selections;
      if (selection.name.value !== 'transaction' || inside === undefined) fields.push(selection);
      else fields.push(...mutationFields(inside, fragments, entered));
    } else if (selection.kind === 'inlineFragment') {
      fields.push(...mutationFields(selection.selectionSet.selections, fragments, entered));
    } else {
      const name = selection.name.value;
      const inside = entered.has(name) ? undefined : fragments.get(name)?.selectionSet.selections;
      if (inside === undefined) continue;
      fields.push(...mutationFields(inside, fragments, new Set([...entered, name])));
    }
  }
  return fields;
}

function writeOf(text: string, operation: Operation, field: Field): GuardedWrite | undefined {
  const kind = writeKinds.get(field.name.value);
  const argument = (...names: readonly string[]) =>
    field.arguments.find(({ name }) => names.includes(name.value))?.value;
  const collection = argument('collection');
  const where = argument('where', 'filter');
  if (kind === undefined || collection?.kind !== 'string' || where === undefined) return undefined;
  const used = new Set(variablesIn(where));
  return {
    kind,
    collection: collection.value,
    span: field.span,
    where: text.slice(where.span.start, where.span.end),
    variables: operation.variables.flatMap(({ name, span }) =>
      used.has(name.value) ? [text.slice(span.start, span.end)] : [],
    ),
  };
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
