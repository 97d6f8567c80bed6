import { type JobFilter, WireError } from '#contract';
import type { JsonValue } from '#engine';
import { parse, type ValueNode } from '#engine/aql';
import type { PayloadTerm } from './job-payload-entries.ts';
import type { Fields } from './result-fields.ts';

/*
 * Finds jobs by AQL. What a person types becomes part of a query's text, so it must not become anything else: the text
 * that comes of it is parsed, and refused unless it is one query with the one root that was meant.
 */

/** A query over the jobs that a filter finds. */
export interface JobQuery {
  readonly text: string;
  readonly variables: { readonly filter: JsonValue };
}

export interface JobQueryParts {
  /** What stands behind the filter: order and limit. */
  readonly rest?: string;
  readonly selection: string;
  /** Only these jobs, beside what the filter says. */
  readonly ids?: readonly string[] | undefined;
}

/** @throws WireError `InvalidParams` when what was typed is no filter */
export function jobQuery(
  filter: JobFilter & { readonly before?: string | undefined },
  { rest = '', selection, ids }: JobQueryParts,
): JobQuery {
  const typed = typedOf(filter);
  const isAql = isWritten(typed);
  const written = isAql ? asObject(typed) : '{}';
  const text = `query Jobs($filter: Object) { _jobs(where: { and: [${written}, $filter] } ${rest}) { ${selection} } }`;
  if (isAql) refuseOthers(text);
  const conditions = conditionsOf(filter);
  if (!isAql && typed !== '') conditions.push(anywhere(typed));
  if (ids !== undefined) conditions.push({ id: { in: ids } });
  return { text, variables: { filter: { and: conditions } } };
}

/** A value that the payload of every job has that the filter finds; `undefined` when none is known. */
export function payloadTermOf(filter: JobFilter): PayloadTerm | undefined {
  const typed = typedOf(filter);
  if (!isWritten(typed)) return undefined;
  const { document } = parse(`query { _jobs(where: ${asObject(typed)}) { id } }`);
  const [first] = document.definitions;
  const node = first?.node;
  const root = node?.kind === 'operation' ? node.selectionSet.selections[0] : undefined;
  if (first?.isBroken !== false || root?.kind !== 'field') return undefined;
  return root.arguments.map(({ value }) => termIn(value, [])).find((term) => term !== undefined);
}

/** Plain words that were typed; `undefined` when it is nothing, or a filter. */
export function wordsOf(filter: JobFilter): string | undefined {
  const typed = typedOf(filter);
  return typed === '' || isWritten(typed) ? undefined : typed;
}

/** Whatever must hold is looked into: entries of an object, and operands of `and`. */
function termIn(node: ValueNode, path: readonly string[]): PayloadTerm | undefined {
  if (node.kind === 'list') {
    return node.items.map((item) => termIn(item, [])).find((term) => term !== undefined);
  }
  if (node.kind !== 'object') return undefined;
  for (const { key, value } of node.entries) {
    const name = key.value;
    const term =
      path.length === 0
        ? termOfField(name, value)
        : name === 'eq'
          ? termOf(value, path.slice(1))
          : termIn(value, value.kind === 'object' ? [...path, name] : []);
    if (term !== undefined) return term;
  }
  return undefined;
}

function termOfField(name: string, value: ValueNode): PayloadTerm | undefined {
  if (name === 'and') return termIn(value, []);
  return name === 'payload' && value.kind === 'object' ? termIn(value, [name]) : undefined;
}

function termOf(value: ValueNode, path: readonly string[]): PayloadTerm | undefined {
  if (path.length === 0) return undefined;
  if (value.kind === 'string' || value.kind === 'boolean') return { path, value: value.value };
  return value.kind === 'number' ? { path, value: Number(value.text) } : undefined;
}

function typedOf({ text }: JobFilter): string {
  return text?.trim() ?? '';
}

function isWritten(typed: string): boolean {
  return typed.includes(':');
}

function conditionsOf(filter: JobFilter & { readonly before?: string | undefined }): Fields[] {
  const { states, type, queue, error, ids, before } = filter;
  return [
    ...(states === undefined ? [] : [{ status: { in: states } }]),
    ...(type === undefined ? [] : [{ job_type: { eq: type } }]),
    ...(queue === undefined ? [] : [{ queue: { eq: queue } }]),
    ...(error === undefined ? [] : [{ error: { matches: error } }]),
    ...(ids === undefined ? [] : [{ id: { in: ids } }]),
    ...(before === undefined ? [] : [{ id: { lt: before } }]),
  ];
}

/** Plain words: whatever of a job a person would know it by. */
function anywhere(words: string): Fields {
  const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(words);
  return {
    or: [
      ...['job_type', 'queue', 'error', 'unique_key'].map((field) => ({
        [field]: { icontains: words },
      })),
      ...(isId ? [{ id: { eq: words.toLowerCase() } }] : []),
    ],
  };
}

function asObject(typed: string): string {
  return typed.startsWith('{') ? typed : `{ ${typed} }`;
}

function refuseOthers(text: string): void {
  const { document, diagnostics } = parse(text);
  const [first, ...others] = document.definitions;
  const node = first?.node;
  const selections = node?.kind === 'operation' ? node.selectionSet.selections : [];
  const [root] = selections;
  const isMeant =
    others.length === 0 &&
    first?.isBroken === false &&
    node?.kind === 'operation' &&
    node.operation === 'query' &&
    selections.length === 1 &&
    root?.kind === 'field' &&
    root.name.value === '_jobs';
  if (isMeant) return;
  const finding = diagnostics[0]?.message;
  throw new WireError({
    code: 'InvalidParams',
    message: `This is no filter of jobs.${finding === undefined ? '' : ` ${finding}`}`,
    hint: 'Write words, or a filter such as status: { eq: "Failed" }, payload: { to: { eq: "a@b.c" } }',
  });
}
