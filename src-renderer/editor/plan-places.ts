/*
 * Which part of a text asks for an operator of its plan: conditions for filters and index ranges, the order for sorts,
 * counts for limits, the selection for what is given. Where nothing in particular asks for it, the name of the root.
 */
import { parse, type Span } from '#engine/aql';

type Definition = ReturnType<typeof parse>['document']['definitions'][number]['node'];
type Selections = Extract<Definition, { kind: 'operation' }>['selectionSet']['selections'];
type Field = Extract<Selections[number], { kind: 'field' }>;
type Value = Field['arguments'][number]['value'];

/** The places of each operator's name in a text; the root is the one that begins at `start`. */
export function planPlaces(text: string, start: number): (operator: string) => readonly Span[] {
  const root = findRoot(text, start);
  if (root === undefined) return () => [];
  return (operator) => {
    const places = placesOf(operator, root);
    return places.length > 0 ? places : [root.name.span];
  };
}

function findRoot(text: string, start: number): Field | undefined {
  for (const { node, isBroken } of parse(text).document.definitions) {
    if (isBroken || (node.kind !== 'operation' && node.kind !== 'fragment')) continue;
    const found = fieldsOf(node.selectionSet.selections).find(({ span }) => span.start === start);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldsOf(selections: Selections): readonly Field[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'field') return [selection];
    return selection.kind === 'inlineFragment' ? fieldsOf(selection.selectionSet.selections) : [];
  });
}

function placesOf(operator: string, root: Field): readonly Span[] {
  const [name = ''] = operator.split(/[(\s]/);
  switch (name) {
    case 'IndexRange':
    case 'UniqueLookup':
    case 'ColumnScan':
    case 'IndexEnd': {
      const fields = namesIn(operator);
      return argumentsOf(root, [...conditions, ...orders]).flatMap(({ value }) =>
        placesIn(value, fields),
      );
    }
    case 'IdLookup':
      return argumentsOf(root, conditions).flatMap(({ value }) => placesIn(value, ['id']));
    case 'Filter':
      return spansOf(argumentsOf(root, conditions));
    case 'Search':
      return spansOf(argumentsOf(root, ['search']));
    case 'Sort':
    case 'SortTies':
      return spansOf(argumentsOf(root, orders));
    case 'TopK':
      return spansOf(argumentsOf(root, [...orders, ...counts]));
    case 'Limit':
    case 'Offset':
    case 'Page':
      return spansOf(argumentsOf(root, [...counts, 'after', 'before']));
    case 'Project':
      return root.selectionSet === undefined ? [] : [root.selectionSet.span];
    case 'Aggregate':
    case 'GroupBy':
    case 'Count':
    case 'CollectionCount':
      return spansOf(selected(root).filter(({ name: { value } }) => totals.includes(value)));
    case 'Compute':
      return spansOf(selected(root).filter(({ name: { value } }) => value === 'compute'));
    case 'IdJoin':
    case 'IndexJoin':
    case 'HashJoin':
      return spansOf(selected(root).filter((field) => isJoin(field, namesIn(operator))));
    default:
      return [];
  }
}

const conditions = ['where', 'filter'];
const orders = ['orderBy'];
const counts = ['limit', 'first', 'last', 'offset', 'skip'];
const totals = ['aggregate', 'groupBy', 'totalCount'];

/** The names inside the brackets of an operator, without the collection: `IndexRange(films.(genre, year))`. */
function namesIn(operator: string): readonly string[] {
  const inside = /\(([^.]*)\.?(.*)\)$/.exec(operator.replace(' reversed', ''));
  const [, collection = '', fields = ''] = inside ?? [];
  const names = fields.replaceAll(/[()]/g, '').split(', ');
  return fields === '' ? [collection] : names;
}

function selected({ selectionSet }: Field): readonly Field[] {
  return selectionSet === undefined ? [] : fieldsOf(selectionSet.selections);
}

function isJoin(field: Field, names: readonly string[]): boolean {
  const { value } = field.name;
  if (field.selectionSet === undefined || value === 'edges' || totals.includes(value)) return false;
  if (value === 'lookup') {
    return field.arguments.some(
      (each) => each.value.kind === 'string' && names.includes(each.value.value),
    );
  }
  return true;
}

function argumentsOf(field: Field, names: readonly string[]) {
  return field.arguments.filter(({ name }) => names.includes(name.value));
}

/** A variable that holds the whole argument is the place of all that it may hold. */
function placesIn(value: Value, keys: readonly string[]): readonly Span[] {
  return value.kind === 'variable' ? [value.span] : entriesOf(value, keys);
}

/** Entries of these keys, however deep. */
function entriesOf(value: Value, keys: readonly string[]): readonly Span[] {
  if (value.kind === 'list') return value.items.flatMap((item) => entriesOf(item, keys));
  if (value.kind === 'string') return keys.includes(value.value) ? [value.span] : [];
  if (value.kind !== 'object') return [];
  return value.entries.flatMap((entry) =>
    keys.some((key) => key === entry.key.value || key.startsWith(`${entry.key.value}.`))
      ? [entry.span]
      : entriesOf(entry.value, keys),
  );
}

function spansOf(nodes: readonly { readonly span: Span }[]): readonly Span[] {
  return nodes.map(({ span }) => span);
}
