/*
 * The first documents in an order that columns make, once the planner has found that to be the best way. Where rows are
 * walked until there are enough, its choice is kept for so many runs; one that looks at many more rows than the planner
 * thought ends it at once. A way that looks at every row is asked for anew each time, since another one may be better for
 * other values.
 */
import { assert } from '../../base/assert.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import type { PlannerOptions } from '../../plan/logical-query.ts';
import { type ColumnScanNode, planName } from '../../plan/physical-plan.ts';
import { planQuery } from '../../plan/plan-query.ts';
import type { ResolvedComparison } from '../../plan/resolved-filter.ts';
import { isWalk } from '../../plan/rules/column-scan.ts';
import { sortKeysOf } from '../../plan/sort-keys.ts';
import type { StoredDocument } from '../../values/stored-value.ts';
import { orderRows } from '../columns/column-order.ts';
import type { ExecutableRoot } from '../executable.ts';
import { evaluateOperand } from '../operand.ts';
import { defaultQueryMemory } from '../query-memory.ts';
import { compileDirectFilter } from './direct-filter.ts';
import type { DirectProgram, DirectSource } from './direct-program.ts';
import { compileDirectShape } from './direct-shape.ts';

/** More documents are not given at once. */
const documentsMax = 1_000;
const runsPerPlan = 512;
/** Runs of another plan before the planner is asked whether columns are better by now. */
const runsPerQuestion = 8;
const rowsReadMin = 4_096;

type OrderedScan = ColumnScanNode & { readonly order: NonNullable<ColumnScanNode['order']> };

interface Choice {
  readonly scan: OrderedScan | undefined;
  readonly plan: string;
  readonly rowsMax: number;
  readonly rowsReadMax: number;
  runsLeft: number;
}

export function compileDirectList(
  root: ExecutableRoot,
  collection: CollectionEntry,
  options: PlannerOptions,
): DirectProgram | undefined {
  const { orderBy, limit, offset, page, search } = root;
  const shape = compileDirectShape(root);
  const filter = compileDirectFilter(root.where, collection);
  if ('kind' in orderBy || limit === undefined || shape === undefined || filter === undefined) {
    return undefined;
  }
  if (offset !== undefined || page !== undefined || search !== undefined) return undefined;
  const keys = sortKeysOf(orderBy);
  let choice: Choice | undefined;
  return (source, variables) => {
    const rowsMax = evaluateOperand(limit, variables);
    if (typeof rowsMax !== 'number' || !Number.isSafeInteger(rowsMax)) return undefined;
    if (rowsMax <= 0 || rowsMax > documentsMax) return undefined;
    const conjuncts = filter.resolve(variables);
    if (conjuncts === undefined) return undefined;
    if (choice === undefined || choice.runsLeft <= 0 || choice.rowsMax !== rowsMax) {
      choice = choose(source, collection, { conjuncts, keys, rowsMax, options });
    }
    choice.runsLeft -= 1;
    if (choice.scan === undefined) return undefined;
    const found = scanSoon({ ...choice.scan, conjuncts }, source, choice.rowsReadMax);
    if (found === undefined) {
      choice = { ...choice, scan: undefined, runsLeft: runsPerQuestion };
      return undefined;
    }
    return { ...shape(found.documents), plan: choice.plan, rowsRead: found.rowsRead };
  };
}

/** What the planner makes of it. */
function choose(
  { lookup, columns }: DirectSource,
  collection: CollectionEntry,
  asked: {
    readonly conjuncts: readonly ResolvedComparison[];
    readonly keys: ReturnType<typeof sortKeysOf>;
    readonly rowsMax: number;
    readonly options: PlannerOptions;
  },
): Choice {
  const { conjuncts, keys, rowsMax, options } = asked;
  const filter = { kind: 'and', operands: conjuncts } as const;
  const facts = {
    options,
    columns,
    documentCount: (of: CollectionEntry) => lookup.counts(of).documentCount,
    cachedCount: (of: CollectionEntry) => lookup.cachedCount(of),
    countIndex: lookup.countIndex.bind(lookup),
  };
  const query = { collection, filter, keys, offset: 0, rowsMax };
  const node = planQuery(query, facts);
  const scan = node.kind === 'limit' ? node.input : node;
  if (scan.kind !== 'columnScan' || !scan.isHeld || scan.order === undefined) {
    return { scan: undefined, plan: '', rowsMax, rowsReadMax: 0, runsLeft: runsPerQuestion };
  }
  const { order } = scan;
  assert(order !== undefined, 'a walk has an order');
  return {
    scan: { ...scan, order },
    plan: `${planName(node)} → Project`,
    rowsMax,
    rowsReadMax: Math.max(rowsReadMin, 64 * rowsMax),
    runsLeft: isWalk({ query, facts }) ? runsPerPlan : 1,
  };
}

/** `undefined` when it takes a look at too many rows. */
function scanSoon(scan: OrderedScan, { lookup, columns }: DirectSource, rowsReadMax: number) {
  const { collection, specs } = scan;
  const held = columns?.held(collection.storageId, specs);
  if (held === undefined) return undefined;
  const counters = { rowsRead: 0, rowsPassed: 0, stepMs: 0 };
  const steps = orderRows(scan, held, { counters, memory: defaultQueryMemory });
  let step = steps.next();
  while (step.done !== true) {
    if (counters.rowsRead > rowsReadMax) {
      steps.return([]);
      return undefined;
    }
    step = steps.next();
  }
  const documents: StoredDocument[] = [];
  for (const row of step.value) {
    const document = lookup.read(collection, row);
    assert(document !== undefined, 'columns show the rows of what is published');
    documents.push(document);
  }
  return { documents, rowsRead: counters.rowsRead + documents.length };
}
