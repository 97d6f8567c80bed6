/*
 * What a text of AQL is, before anything of it runs: the kinds of its operations, and how deep and wide it is. Facts
 * of texts that come again and again are kept, the latest used ones. Depth and width are counted with fragments put in
 * the places of their spreads, without building that: each fragment is measured once.
 */
import { type DocumentNode, type ParsedStatement, parse } from '#engine/aql';
import { serverLimits } from './server-limits.ts';

export interface TextFacts {
  readonly statements: readonly ParsedStatement[];
  readonly depth: number;
  readonly fieldCount: number;
  /** Names of its live queries; `undefined` stands for the only operation when that is one. */
  readonly liveNames: ReadonlySet<string | undefined>;
  /** True when it names a collection in which stands what others have asked for. */
  readonly tellsOfCallers: boolean;
  /** True when it may ask what the schema is. */
  readonly asksForSchema: boolean;
}

export class TextFactsTable {
  readonly #kept = new Map<string, TextFacts>();

  get(text: string): TextFacts {
    const kept = this.#kept.get(text);
    if (kept !== undefined) this.#kept.delete(text);
    const facts = kept ?? inspect(text);
    if (text.length <= serverLimits.inspectedTextLengthMax) this.#kept.set(text, facts);
    if (this.#kept.size > serverLimits.inspectedTextsMax) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return facts;
  }
}

/** Decision 5: who may read these is told what others did. */
const tellingCollections: readonly string[] = ['_audit', '_watchers', '_slow_queries'];

interface Size {
  readonly depth: number;
  readonly fieldCount: number;
}

type DefinitionNode = DocumentNode['definitions'][number]['node'];
type SelectionSetNode = Extract<DefinitionNode, { kind: 'operation' }>['selectionSet'];
type SelectionNode = SelectionSetNode['selections'][number];

const nothing: Size = { depth: 0, fieldCount: 0 };

function inspect(text: string): TextFacts {
  const { document, statements } = parse(text);
  // What is broken is incomplete, and refused by the engine with its place.
  const nodes = document.definitions.flatMap(({ node, isBroken }) => (isBroken ? [] : [node]));
  const measure = new Measure(nodes);
  const sizes = nodes.map((node) => (node.kind === 'operation' ? measure.set(node) : nothing));
  return {
    statements,
    depth: sizes.reduce((most, { depth }) => Math.max(most, depth), 0),
    fieldCount: sizes.reduce((sum, { fieldCount }) => sum + fieldCount, 0),
    liveNames: liveNames(nodes),
    tellsOfCallers: mentions(document, tellingCollections),
    asksForSchema: mentions(document, ['__schema', '__type']),
  };
}

function liveNames(nodes: readonly DefinitionNode[]): ReadonlySet<string | undefined> {
  const operations = nodes.filter((node) => node.kind === 'operation');
  const live = operations.filter((node) =>
    node.directives.some(({ name }) => name.value === 'live'),
  );
  const names = new Set<string | undefined>(live.flatMap(({ name }) => name?.value ?? []));
  return live.length > 0 && operations.length === 1 ? names.add(undefined) : names;
}

/**
 * Whether one of the words stands anywhere in what was parsed, as a name or as a text: as a root, below an alias, in a
 * fragment, as the collection of a lookup. Where a word means something else, asking for more is harmless.
 */
function mentions(part: unknown, words: readonly string[]): boolean {
  const open: unknown[] = [part];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string' && words.includes(next)) return true;
    if (typeof next === 'object' && next !== null)
      open.push(...Object.values(next).filter(isGiven));
  }
  return false;
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

class Measure {
  readonly #fragments: ReadonlyMap<string, { readonly selectionSet: SelectionSetNode }>;
  readonly #sizes = new Map<string, Size>();

  constructor(nodes: readonly DefinitionNode[]) {
    this.#fragments = new Map(
      nodes.flatMap((node) => (node.kind === 'fragment' ? [[node.name.value, node]] : [])),
    );
  }

  set({ selectionSet }: { readonly selectionSet: SelectionSetNode }): Size {
    let depth = 0;
    let fieldCount = 0;
    for (const selection of selectionSet.selections) {
      const size = this.#selection(selection);
      depth = Math.max(depth, size.depth);
      fieldCount += size.fieldCount;
    }
    return { depth, fieldCount };
  }

  #selection(selection: SelectionNode): Size {
    if (selection.kind === 'fragmentSpread') return this.#fragment(selection.name.value);
    if (selection.kind === 'inlineFragment') return this.set(selection);
    const { selectionSet } = selection;
    const inner = selectionSet === undefined ? nothing : this.set({ selectionSet });
    return { depth: inner.depth + 1, fieldCount: inner.fieldCount + 1 };
  }

  #fragment(name: string): Size {
    const known = this.#sizes.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // A fragment inside itself counts as nothing here; the engine refuses it.
    this.#sizes.set(name, nothing);
    const size = fragment === undefined ? nothing : this.set(fragment);
    this.#sizes.set(name, size);
    return size;
  }
}
