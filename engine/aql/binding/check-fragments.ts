import type { DocumentNode, FragmentNode, SelectionSetNode } from '../syntax/ast.ts';
import { isKnownType, knownTypes } from '../type-names.ts';
import {
  type BindingContext,
  collectionsHint,
  report,
  reportDuplicates,
} from './binding-context.ts';
import { fragmentCycles } from './fragment-cycles.ts';
import { suggestName } from './suggest.ts';

/** Checks the fragments of a text as such: names, type conditions, cycles, and that each is used. */
export function checkFragments(context: BindingContext, document: DocumentNode): void {
  const fragments = document.definitions.flatMap(({ node, isBroken }) =>
    node.kind === 'fragment' && !isBroken ? [node] : [],
  );
  reportDuplicates(
    context,
    fragments.map((fragment) => fragment.name),
    'fragment',
  );
  const used = usedNames(document);
  // Where a spread names no fragment, one that seems unused may be what was meant.
  const hasUnknown = [...used].some((name) => !context.fragments.has(name));
  const hasBroken = document.definitions.some(({ isBroken }) => isBroken);
  for (const fragment of fragments) {
    checkTypeCondition(context, fragment);
    const { name } = fragment;
    if (!hasBroken && !hasUnknown && !used.has(name.value)) {
      const message = `The fragment "${name.value}" is never used.`;
      const hint = `Use it in a selection: ...${name.value}.`;
      report(context, name.span, { code: 'UnusedFragment', message, hint });
    }
  }
  reportCycles(context, fragments);
}

function checkTypeCondition(context: BindingContext, fragment: FragmentNode): void {
  const { value, span } = fragment.typeCondition;
  if (isKnownType(context.catalog, value)) return;
  report(context, span, {
    code: 'CollectionNotFound',
    message: `There is no collection "${value}".`,
    hint: collectionsHint(context),
    ...suggestName(fragment.typeCondition, knownTypes(context.catalog)),
  });
}

/** Names that operations and other fragments use. */
function usedNames(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { node, isBroken } of document.definitions) {
    if (isBroken || (node.kind !== 'operation' && node.kind !== 'fragment')) continue;
    for (const name of spreadsOf(node.selectionSet)) {
      if (node.kind !== 'fragment' || name !== node.name.value) used.add(name);
    }
  }
  return used;
}

/** The fragments that a selection names, at any depth. */
export function spreadsOf(selectionSet: SelectionSetNode): string[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === 'fragmentSpread') return [selection.name.value];
    return selection.selectionSet === undefined ? [] : spreadsOf(selection.selectionSet);
  });
}

function reportCycles(context: BindingContext, fragments: readonly FragmentNode[]): void {
  const edges = new Map(
    fragments.map((fragment) => [fragment.name.value, spreadsOf(fragment.selectionSet)]),
  );
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  for (const cycle of fragmentCycles(edges)) {
    const [first = ''] = cycle;
    const fragment = byName.get(first);
    if (fragment === undefined) continue;
    const message =
      cycle.length === 2
        ? `The fragment "${first}" uses itself.`
        : `Fragments use each other in a circle: ${shown(cycle)}.`;
    report(context, fragment.name.span, { code: 'FragmentCycle', message });
  }
}

const shownMax = 10;

function shown(cycle: readonly string[]): string {
  const names = cycle.map((name) => `"${name}"`);
  if (names.length <= shownMax) return names.join(' → ');
  return [...names.slice(0, shownMax - 2), '…', ...names.slice(-1)].join(' → ');
}
