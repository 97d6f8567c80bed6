/*
 * What the planner would do, in a few words to stand beside the text: which index each root reads, and about how many
 * documents that gives; or that it reads all there are.
 */
import type { PlannedRoot, PlanOperator } from '#contract';
import { countText } from '../query/status-text.ts';

interface PlanHint {
  readonly text: string;
  /** True where everything is read to find something. */
  readonly isCostly: boolean;
}

/** What a plan reads from, with the hint for it. */
export interface HintedSource {
  /** As plans name it: `IndexRange(users.age)`. */
  readonly operator: string;
  readonly hint: PlanHint;
}

/** The hints of one root, each once. */
export function planHints(root: PlannedRoot): readonly HintedSource[] {
  // The engine's own collections are never large, and have no indexes.
  if (root.collection.startsWith('_')) return [];
  const hinted = new Map<string, HintedSource>();
  for (const tree of root.trees) {
    const path = pathOf(tree);
    const source = path.at(-1);
    const hint = source && hintOf(source, path.slice(0, -1), root);
    if (source !== undefined && hint !== undefined && !hinted.has(hint.text)) {
      hinted.set(hint.text, { operator: source.operator, hint });
    }
  }
  return [...hinted.values()];
}

/** From what is given down to what is read. */
function pathOf(tree: PlanOperator): readonly PlanOperator[] {
  const [input] = tree.inputs;
  return input === undefined ? [tree] : [tree, ...pathOf(input)];
}

function hintOf(
  { operator, rowsEstimate }: PlanOperator,
  above: readonly PlanOperator[],
  { collection, suggestions }: PlannedRoot,
): PlanHint | undefined {
  const [, name = '', inside = ''] = /^(\w+)\((.*)\)$/.exec(operator) ?? [];
  const fields = inside.slice(collection.length + 1).replaceAll(/[()]| reversed$/g, '');
  const about = rowsEstimate === undefined ? '' : ` · ≈ ${countText(rowsEstimate, 'document')}`;
  const cheap = (text: string): PlanHint => ({ text, isCostly: false });
  switch (name) {
    case 'IndexRange':
      return cheap(
        `${fields === 'id' ? 'ids' : `index ${fields}`}${stopsEarly(above) ? '' : about}`,
      );
    case 'UniqueLookup':
      return cheap(`unique index ${fields}`);
    case 'IdLookup':
      return cheap('by id');
    case 'IndexEnd':
      return cheap(`end of index ${fields}`);
    case 'ColumnScan':
      return cheap(`columns ${fields}${about}`);
    case 'Search':
      return inside === collection
        ? { text: 'reads all to search', isCostly: true }
        : cheap(`text index ${fields.replace(/^.*?text/, '')}`);
    case 'FullScan':
      return scanHint(above, rowsEstimate, suggestions);
    default:
      return undefined;
  }
}

function scanHint(
  above: readonly PlanOperator[],
  rowsEstimate: number | undefined,
  suggestions: PlannedRoot['suggestions'],
): PlanHint | undefined {
  const isFiltered = above.some(({ operator }) => operator === 'Filter');
  if (stopsEarly(above)) {
    // The first documents of a collection need no index.
    return isFiltered ? { text: 'reads on until there are enough', isCostly: true } : undefined;
  }
  const count = rowsEstimate === undefined ? '' : ` ${rowsEstimate.toLocaleString('en-US')}`;
  const [index] = suggestions;
  const help = index === undefined ? '' : ` · try an index on ${index.fields.join(', ')}`;
  return { text: `reads all${count}${help}`, isCostly: true };
}

/** True where a limit ends the reading, and nothing below it needs all documents first. */
function stopsEarly(above: readonly PlanOperator[]): boolean {
  const names = above.map(({ operator }) => /^\w+/.exec(operator)?.[0] ?? '');
  const needsAll = ['Sort', 'TopK', 'SortTies', 'Aggregate', 'GroupBy', 'Count', 'Update'];
  const isBounded = names.some((name) => name === 'Limit' || name === 'Page');
  return isBounded && !names.some((name) => needsAll.includes(name));
}
