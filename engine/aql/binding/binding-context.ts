import type { BoundVariable } from '../bound.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { Diagnostic, DiagnosticCode, Span } from '../diagnostic.ts';
import { aqlLimits } from '../limits.ts';
import { didYouMean } from '../nearest-name.ts';
import type { FragmentNode, NameNode } from '../syntax/ast.ts';
import { fieldNames, findCollection } from './field-access.ts';

/** A fragment of the text; `node` is absent when a syntax error lies in it. */
export interface KnownFragment {
  readonly node: FragmentNode | undefined;
}

/** What binding one statement knows, and where it writes its findings. */
export interface BindingContext {
  readonly catalog: CatalogShape;
  readonly diagnostics: Diagnostic[];
  readonly fragments: ReadonlyMap<string, KnownFragment>;
  /** The variables of the operation; `undefined` where there can be none (JSON values, schema blocks). */
  readonly variables: ReadonlyMap<string, BoundVariable> | undefined;
  readonly usedVariables: Set<string>;
  /** Fields bound so far in this statement; fragments within fragments can multiply them. */
  readonly counter: { selections: number };
}

/** What a finding says beside its place. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: 'error' | 'warning';
}

export function report(context: BindingContext, span: Span, finding: Finding): undefined {
  if (context.diagnostics.length >= aqlLimits.diagnosticCountMax) return undefined;
  const { code, message, hint, severity = 'error' } = finding;
  const base = { code, severity, span, message };
  context.diagnostics.push(hint === undefined ? base : { ...base, hint });
  return undefined;
}

/** Something that the language has and this version does not run. */
export function reportNotExecutable(context: BindingContext, span: Span, what: string): undefined {
  const message = `${what} is not executable in this version.`;
  return report(context, span, { code: 'NotExecutable', message });
}

/** The collection of that name, or a finding that names the nearest. */
export function requireCollection(
  context: BindingContext,
  name: string,
  span: Span,
): CollectionDefinition | undefined {
  const collection = findCollection(context.catalog, name);
  if (collection !== undefined) return collection;
  if (engineCollections.has(name)) {
    return reportNotExecutable(context, span, `The engine's collection "${name}"`);
  }
  const names = context.catalog.collections.map((each) => each.name);
  const none = names.length === 0 ? 'The database has no collections yet.' : undefined;
  return report(context, span, {
    code: 'CollectionNotFound',
    message: `There is no collection "${name}".`,
    hint: didYouMean(name, names) ?? none,
  });
}

/** Collections that the engine keeps about itself (aql document, section 8). */
const engineCollections: ReadonlySet<string> = new Set([
  '_collections',
  '_fields',
  '_indexes',
  '_sys_migration',
  '_jobs',
  '_job_runs',
  '_handlers',
  '_watchers',
  '_stats',
  '_slow_queries',
  '_audit',
]);

export function reportUnknownField(
  context: BindingContext,
  collection: CollectionDefinition,
  name: NameNode,
): undefined {
  return report(context, name.span, {
    code: 'UnknownField',
    message: `"${collection.name}" has no field "${name.value}".`,
    hint: didYouMean(name.value, fieldNames(collection)),
  });
}

/** Reports the second and later uses of a name. */
export function reportDuplicates(
  context: BindingContext,
  names: readonly NameNode[],
  what: string,
): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.value)) {
      const message = `${what} "${name.value}" is given twice.`;
      report(context, name.span, { code: 'DuplicateName', message });
    }
    seen.add(name.value);
  }
}
