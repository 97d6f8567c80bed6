/* Names of a text: where each is defined, where it is used, and what happens when it gets another name. */
import type { CatalogShape } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import { isSelectionArea } from './cursor-areas.ts';
import { type Mark, type MarkedText, markText } from './marks.ts';

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** The name under the cursor when it can be changed, else why not. */
export type RenameTarget =
  | { readonly kind: 'name'; readonly span: Span; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: string };

export type Rename =
  | { readonly kind: 'edits'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Where the name at a place is defined in the text; `undefined` when that is not in the text. */
export function definition(text: string, offset: number, catalog: CatalogShape): Span | undefined {
  const marked = markText(text, catalog);
  const symbol = symbolAt(marked, offset);
  return symbol?.find(({ role }) => definingRoles.has(role))?.span;
}

/** Every place of the text where the name at a place stands, its definition included, in text order. */
export function references(text: string, offset: number, catalog: CatalogShape): readonly Span[] {
  const marked = markText(text, catalog);
  return (symbolAt(marked, offset) ?? []).map(({ span }) => span);
}

/** Whether the name at a place can be changed, and which it is. */
export function renameTarget(text: string, offset: number, catalog: CatalogShape): RenameTarget {
  const marked = markText(text, catalog);
  const mark = markAt(marked, offset);
  if (mark === undefined) return refused('There is no name here.');
  switch (mark.role) {
    case 'fragment':
    case 'fragmentDefinition':
    case 'variable':
    case 'variableDefinition':
    case 'alias':
    case 'operationName':
      return { kind: 'name', span: mark.span, name: mark.name };
    case 'collection':
    case 'collectionDefinition':
      return refused('Collections keep their name: a text cannot rename what the database holds.');
    case 'field':
    case 'fieldDefinition':
      return refused('A field gets another name by a migration: rename old to new.');
    default:
      return refused('This word belongs to the language.');
  }
}

/** What to change so that the name at a place becomes another. */
export function rename(
  text: string,
  offset: number,
  newName: string,
  catalog: CatalogShape,
): Rename {
  const target = renameTarget(text, offset, catalog);
  if (target.kind === 'refused') return target;
  const marked = markText(text, catalog);
  const symbol = symbolAt(marked, offset) ?? [];
  const [mark] = symbol;
  const reason = mark === undefined ? undefined : refusal(marked, mark, symbol, newName);
  if (reason !== undefined) return refused(reason);
  return { kind: 'edits', edits: symbol.map(({ span }) => ({ span, text: newName })) };
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}

function refusal(
  marked: MarkedText,
  mark: Mark,
  symbol: readonly Mark[],
  newName: string,
): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(newName)) {
    return `"${newName}" is no name: letters, digits and _ only, and no digit first.`;
  }
  if (newName.length > aqlLimits.nameLengthMax) {
    return `A name has at most ${aqlLimits.nameLengthMax} characters.`;
  }
  const isFragment = mark.role === 'fragment' || mark.role === 'fragmentDefinition';
  if (isFragment && newName === 'on') return '"on" cannot be the name of a fragment.';
  const own = new Set(symbol);
  const isTaken = marked.marks.some(
    (each) => !own.has(each) && nameIn(marked, each) === newName && clashes(each, symbol),
  );
  return isTaken && newName !== mark.name ? `"${newName}" is taken already.` : undefined;
}

/** True when the mark would mean the same as the symbol if both had one name. */
function clashes(mark: Mark, symbol: readonly Mark[]): boolean {
  return symbol.some((each) => {
    switch (each.role) {
      case 'fragment':
      case 'fragmentDefinition':
        return mark.role === 'fragment' || mark.role === 'fragmentDefinition';
      case 'variable':
      case 'variableDefinition':
        return isVariable(mark) && mark.definition === each.definition;
      case 'operationName':
        return mark.role === 'operationName';
      default:
        return mark.frame === each.frame && isSelectionArea(mark.frame.area);
    }
  });
}

/** The name that a mark has in results: what stands behind an alias has none. */
function nameIn({ marksByToken, tokens }: MarkedText, mark: Mark): string | undefined {
  const isAliased =
    isSelectionArea(mark.frame.area) &&
    tokens[mark.token - 1]?.image === ':' &&
    marksByToken.get(mark.token - 2)?.role === 'alias';
  return isAliased ? undefined : mark.name;
}

const definingRoles: ReadonlySet<Mark['role']> = new Set<Mark['role']>([
  'fragmentDefinition',
  'variableDefinition',
  'collectionDefinition',
  'fieldDefinition',
  'alias',
  'operationName',
]);

function markAt({ marks }: MarkedText, offset: number): Mark | undefined {
  const inside = marks.find(({ span }) => span.start <= offset && offset < span.end);
  return inside ?? marks.find(({ span }) => span.start <= offset && offset <= span.end);
}

/** Every mark that means the same as the one at a place. */
function symbolAt(marked: MarkedText, offset: number): readonly Mark[] | undefined {
  const mark = markAt(marked, offset);
  if (mark === undefined) return undefined;
  const { marks } = marked;
  switch (mark.role) {
    case 'fragment':
    case 'fragmentDefinition':
      return marks.filter(
        ({ role, name }) =>
          name === mark.name && (role === 'fragment' || role === 'fragmentDefinition'),
      );
    case 'variable':
    case 'variableDefinition':
      return variableMarks(marked, mark);
    case 'collection':
    case 'collectionDefinition':
      return marks.filter(
        ({ role, name }) =>
          name === mark.name && (role === 'collection' || role === 'collectionDefinition'),
      );
    case 'field':
    case 'fieldDefinition':
      if (mark.collection === undefined) return undefined;
      return marks.filter(
        ({ role, name, collection }) =>
          name === mark.name &&
          collection === mark.collection &&
          (role === 'field' || role === 'fieldDefinition'),
      );
    case 'alias':
    case 'operationName':
      return [mark];
    default:
      return undefined;
  }
}

function isVariable({ role }: Mark): boolean {
  return role === 'variable' || role === 'variableDefinition';
}

/**
 * A variable belongs to its operation, and to the fragments that the operation spreads; through a fragment that uses
 * it, to every other operation that spreads that fragment. Grows the set of definitions until nothing joins it.
 */
function variableMarks({ marks }: MarkedText, variable: Mark): readonly Mark[] {
  const same = marks.filter((mark) => isVariable(mark) && mark.name === variable.name);
  const mentioning = new Set(same.map((mark) => mark.definition));
  const reach = reachableFragments(marks);
  const joined = new Set([variable.definition]);
  const pending = [variable.definition];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    for (const other of mentioning) {
      const isLinked = reach.get(one)?.has(other) || reach.get(other)?.has(one);
      if (!isLinked || joined.has(other)) continue;
      joined.add(other);
      pending.push(other);
    }
  }
  return same.filter((mark) => joined.has(mark.definition));
}

/** For each definition, the fragment definitions that it spreads, directly or through others. */
function reachableFragments(marks: readonly Mark[]): ReadonlyMap<number, ReadonlySet<number>> {
  const byName = new Map<string, number>();
  const direct = new Map<number, Set<string>>();
  for (const { role, name, definition: place } of marks) {
    if (role === 'fragmentDefinition') byName.set(name, place);
    if (role !== 'fragment') continue;
    const names = direct.get(place) ?? new Set();
    direct.set(place, names.add(name));
  }
  const reach = new Map<number, ReadonlySet<number>>();
  for (const [place, names] of direct) {
    const found = new Set<number>();
    const pending = [...names];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const target = byName.get(name);
      if (target === undefined || found.has(target)) continue;
      found.add(target);
      pending.push(...(direct.get(target) ?? []));
    }
    reach.set(place, found);
  }
  return reach;
}
