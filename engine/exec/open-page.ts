/* `edges` and `pageInfo`: the window of a result that cursor arguments ask for. */
import type { BoundPart, BoundRead, Span } from '#engine/aql';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { AuroraError } from '../errors.ts';
import { type PhysicalNode, planName } from '../plan/physical-plan.ts';
import { planQuery } from '../plan/plan-query.ts';
import type { PlanOutline } from '../plan/plan-trace.ts';
import { isUnsettledPlan } from '../plan/point-plan.ts';
import type { Keyset, ResolvedFilter } from '../plan/resolved-filter.ts';
import type { SortKey } from '../plan/sort-key.ts';
import type { StoredValue } from '../values/stored-value.ts';
import { compileCursor, readCursor } from './cursor.ts';
import { evaluateOperand } from './operand.ts';
import type { Operator } from './operator.ts';
import { type PageEdges, readPage } from './operators/page.ts';
import type { EdgeField } from './read-shape.ts';
import { keysOf, resolveCount } from './resolve-read.ts';
import { rowPlace } from './row-place.ts';
import type { CompiledSelection, ProjectedField, ReadScope } from './selection.ts';

interface PageRead {
  readonly collection: CollectionEntry;
  readonly filter: ResolvedFilter;
  readonly read: BoundRead & { readonly span: Span };
  readonly parts: readonly BoundPart[];
}

export interface OpenedPage {
  /** Absent when no part asks for a page. */
  readonly plan: string | undefined;
  readonly outline: PlanOutline | undefined;
  readonly isPoint: boolean;
  readonly edges: readonly (readonly EdgeField[] | undefined)[];
  readonly operator: Operator;
}

export function openPage(input: PageRead, scope: ReadScope): OpenedPage {
  const { parts, collection } = input;
  const isAsked = parts.some(({ kind }) => kind === 'edges' || kind === 'pageInfo');
  // Arguments that do not fit are an error, whether they matter or not.
  const window = isAsked || hasArguments(input.read) ? resolveWindow(input, scope) : undefined;
  if (window === undefined || !isAsked) return noPage(parts);
  const compiled = parts.map((part, at) =>
    part.kind === 'edges' ? compileEdges(part, at, collection, scope) : undefined,
  );
  const infos = parts.flatMap((part, at) =>
    part.kind === 'pageInfo' ? [{ part: at, fields: part.fields }] : [],
  );
  const edges = compiled.flatMap((each) => each?.edges ?? []);
  const selections = compiled.flatMap((each) => each?.selections ?? []);
  const node = planWindow(input, window, scope);
  const probe = (): PhysicalNode => planProbe(input, window, scope.context);
  return {
    plan: [planName(node), ...selections.flatMap(({ names }) => names), 'Page'].join(' → '),
    outline: { above: ['Page'], node },
    isPoint:
      isUnsettledPlan(node) && infos.length === 0 && selections.every(({ isPoint }) => isPoint),
    edges: compiled.map((each) => each?.fields),
    operator: readPage(
      {
        collection,
        cursorOf: compileCursor(collection.definition.name, window.keys),
        node,
        probe,
        window,
        edges,
        infos,
      },
      scope.context,
    ),
  };
}

function hasArguments({ limit, offset, page, orderBy }: BoundRead): boolean {
  return [limit, offset, page].some((each) => each !== undefined) || 'kind' in orderBy;
}

function noPage(parts: readonly BoundPart[]): OpenedPage {
  const edges = parts.map(() => undefined);
  return { plan: undefined, outline: undefined, isPoint: true, edges, operator: nothing() };
}

function* nothing(): Operator {}

/** The arguments of a page, resolved. */
export interface PageWindow {
  /** The order as it was asked for. */
  readonly keys: readonly SortKey[];
  readonly isBackward: boolean;
  /** Absent for everything. */
  readonly count: number | undefined;
  readonly offset: number;
  /** The values of the keys at the cursor. */
  readonly place: readonly StoredValue[] | undefined;
}

function resolveWindow({ collection, read }: PageRead, scope: ReadScope): PageWindow {
  const { variables, context } = scope;
  const { span, page } = read;
  const keys = keysOf(read, collection, scope);
  const isBackward = page?.direction === 'backward';
  const argument = isBackward ? 'before' : 'after';
  const cursor = page?.cursor === undefined ? undefined : evaluateOperand(page.cursor, variables);
  const count = isBackward ? 'last' : 'first';
  if (cursor !== undefined && cursor !== null && typeof cursor !== 'string') {
    throw new AuroraError('TypeMismatch', `"${argument}" takes a cursor, which is text.`, { span });
  }
  return {
    keys,
    isBackward,
    count:
      resolveCount(page?.count, count, variables, span) ??
      resolveCount(read.limit, 'limit', variables, span),
    offset: resolveCount(read.offset, 'offset', variables, span) ?? 0,
    place:
      typeof cursor === 'string'
        ? readCursor(cursor, { snapshot: context.snapshot, collection, keys, argument, span })
        : undefined,
  };
}

/** Documents of the page and one more, in the direction of the page; backward without a number, in order. */
function planWindow(
  { collection, filter }: PageRead,
  { keys, isBackward, count, offset, place }: PageWindow,
  { context }: ReadScope,
): PhysicalNode {
  const { snapshot, facts, search } = context;
  const rowsMax = count === undefined ? undefined : count + 1;
  const isReversed = isBackward && count !== undefined;
  const ordered = isReversed ? reversed(keys) : keys;
  const query = { collection, filter, search, keys: ordered, offset, rowsMax };
  if (place === undefined) return planQuery(query, facts);
  if (isBackward && !isReversed) {
    const before: Keyset = keysetOf(reversed(keys), place, false);
    if (search !== undefined) return planQuery({ ...query, after: before }, facts);
    return planQuery({ ...query, filter: { kind: 'and', operands: [filter, before] } }, facts);
  }
  const row = rowPlace(snapshot, collection, ordered, place);
  return planQuery({ ...query, after: { ...keysetOf(ordered, place, false), row } }, facts);
}

/** Whether anything stands on the other side of the cursor, or in what the offset passes over. */
function planProbe(
  { collection, filter }: PageRead,
  { keys, isBackward, place }: PageWindow,
  { snapshot, facts, search }: ReadScope['context'],
): PhysicalNode {
  const ordered = isBackward ? keys : reversed(keys);
  const query = { collection, filter, search, keys: ordered, offset: 0, rowsMax: 1 };
  if (place === undefined) return planQuery(query, facts);
  const row = rowPlace(snapshot, collection, ordered, place);
  return planQuery({ ...query, after: { ...keysetOf(ordered, place, true), row } }, facts);
}

function keysetOf(
  keys: readonly SortKey[],
  values: readonly StoredValue[],
  isInclusive: boolean,
): Keyset {
  return { kind: 'keyset', keys, values, isInclusive, row: undefined };
}

function reversed(keys: readonly SortKey[]): readonly SortKey[] {
  return keys.map(({ path, direction }) => ({
    path,
    direction: direction === 'asc' ? 'desc' : 'asc',
  }));
}

/** One `edges`: what its rows carry, and how they become edges. */
function compileEdges(
  part: Extract<BoundPart, { kind: 'edges' }>,
  at: number,
  collection: CollectionEntry,
  scope: ReadScope,
): {
  readonly fields: readonly EdgeField[];
  readonly edges: PageEdges;
  readonly selections: readonly CompiledSelection[];
} {
  const cursorSlot = scope.slots.next();
  const selections: CompiledSelection[] = [];
  const fields = part.fields.map((field): EdgeField => {
    if (field.kind === 'node') {
      const selection = scope.compileSelection(field.selection, collection, scope);
      selections.push(selection);
      return { kind: 'node', key: field.responseKey, fields: selection.fields };
    }
    const column: ProjectedField =
      field.kind === 'typename'
        ? field
        : {
            kind: 'attached',
            attached: { origin: { kind: 'none', reason: 'search' } },
            slot: cursorSlot,
            responseKey: field.responseKey,
            type: { kind: 'scalar', name: 'String' },
            nullable: false,
            span: field.span,
          };
    return { kind: 'column', field: column };
  });
  const attach = (input: Operator): Operator =>
    selections.reduce((operator, selection) => selection.attach(operator), input);
  return { fields, edges: { part: at, cursorSlot, attach }, selections };
}
