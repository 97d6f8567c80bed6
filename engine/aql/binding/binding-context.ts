import type { BoundVariable } from '../bound.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type { Diagnostic, DiagnosticCode, Fix, Span } from '../diagnostic.ts';
import { engineCollections, findEngineCollection } from '../engine-collections.ts';
import { aqlLimits } from '../limits.ts';
import type { FragmentNode, NameNode, OperationNode } from '../syntax/ast.ts';
import type { bindRead } from './bind-read.ts';
import { fieldNames, findCollection } from './field-access.ts';
import { suggestName } from './suggest.ts';

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
  /** Documents hold joins, and joins hold documents: the call that closes the circle goes through here. */
  readonly bindRead: typeof bindRead;
  /** Where a missing variable could be declared. */
  readonly operation?: OperationNode;
  /** Fields bound so far in this statement; fragments within fragments can multiply them. */
  readonly counter: { selections: number };
}

/** What a finding says beside its place. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly fix?: Fix | undefined;
  readonly severity?: 'error' | 'warning';
}

export function report(context: BindingContext, span: Span, finding: Finding): undefined {
  const { code, fix, severity = 'error' } = finding;
  if (!makeRoom(context, severity)) return undefined;
  const message = withShortNames(finding.message);
  const hint = finding.hint === undefined ? undefined : withShortNames(finding.hint);
  // A fragment is bound wherever it is spread; what is wrong in it is one finding.
  const isKnown = context.diagnostics.some(
    (each) =>
      each.span.start === span.start && each.span.end === span.end && each.message === message,
  );
  if (isKnown && span.end > 0) return undefined;
  // The places of JSON values are all zero, and no text is there to be edited.
  const isPlaced = span.end > 0;
  context.diagnostics.push({
    code,
    severity,
    span,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(fix === undefined || !isPlaced ? {} : { fix }),
  });
  return undefined;
}

/** Bounds the findings. An error takes the place of a warning: a text with an error never passes for a right one. */
function makeRoom({ diagnostics }: BindingContext, severity: Diagnostic['severity']): boolean {
  if (diagnostics.length < aqlLimits.diagnosticCountMax) return true;
  if (severity === 'warning') return false;
  const last = diagnostics.findLastIndex((each) => each.severity === 'warning');
  if (last >= 0) diagnostics.splice(last, 1);
  return last >= 0;
}

const shownLengthMax = 400;

/** Names of a text may be as long as the text; a sentence that quotes them is not. */
function withShortNames(sentence: string): string {
  if (sentence.length <= shownLengthMax) return sentence;
  return sentence.replaceAll(/[^\s"(){}]{60,}/gu, (word) => `${word.slice(0, 40)}…`);
}

/** Errors so far, to see whether something that was bound meanwhile was right. */
export function errorCount({ diagnostics }: BindingContext): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

/** The collection of that name, or a finding that names the nearest. The engine's own can be read, not written. */
export function requireCollection(
  context: BindingContext,
  name: NameNode,
  access: 'read' | 'write',
): CollectionDefinition | undefined {
  const collection = findCollection(context.catalog, name.value);
  if (collection !== undefined) return collection;
  const engines = findEngineCollection(name.value);
  if (engines !== undefined) {
    if (access === 'read') return engines;
    return report(context, name.span, {
      code: 'ReadOnlyCollection',
      message: `"${name.value}" belongs to the engine and cannot be changed like this.`,
      hint: name.value === '_jobs' ? 'Use enqueueJob, cancelJob or retryJob.' : undefined,
    });
  }
  const names = context.catalog.collections.map((each) => each.name);
  const candidates = access === 'read' ? [...names, ...engineNames] : names;
  const suggestion = suggestName(name, candidates);
  return report(context, name.span, {
    ...suggestion,
    code: 'CollectionNotFound',
    message: `There is no collection "${name.value}".`,
    hint: suggestion.hint ?? collectionsHint(context),
  });
}

const engineNames = engineCollections.map((each) => each.name);

/** The collections there are, for a hint. */
export function collectionsHint({ catalog }: BindingContext): string {
  const names = catalog.collections.map((each) => each.name);
  if (names.length > 0) return `Collections: ${some(names)}`;
  return 'The database has no collections yet: schema { define collection … }.';
}

/** The first names of a list, for a hint. */
function some(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : `${names.join(', ')}.`;
}

/** `others` are names beside the fields that may be meant. */
export function reportUnknownField(
  context: BindingContext,
  collection: CollectionDefinition,
  name: NameNode,
  others: readonly string[] = [],
): undefined {
  const suggestion = suggestName(name, [...fieldNames(collection), ...others]);
  return report(context, name.span, {
    ...suggestion,
    code: 'UnknownField',
    message: `"${collection.name}" has no field "${name.value}".`,
    hint: suggestion.hint ?? `Fields: ${some(fieldNames(collection))}`,
  });
}

/** Reports the second and later uses of a name. */
export function reportDuplicates(
  context: BindingContext,
  names: readonly NameNode[],
  what: string,
  hint?: string,
): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.value)) {
      const message = `The ${what} "${name.value}" is given twice.`;
      report(context, name.span, { code: 'DuplicateName', message, hint });
    }
    seen.add(name.value);
  }
}
