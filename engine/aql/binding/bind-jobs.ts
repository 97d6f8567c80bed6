import type { Operand } from '../bound.ts';
import type { BoundMutationField } from '../bound-mutation.ts';
import { findEngineCollection } from '../engine-collections.ts';
import type { FieldType } from '../field-type.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import { bindArguments, reportMissingArgument, wordOf } from './bind-arguments.ts';
import { bindFilter } from './bind-filter.ts';
import { bindOperand } from './bind-operand.ts';
import { bindDocuments } from './bind-selection.ts';
import { type BindingContext, report } from './binding-context.ts';
import { intType, stringType } from './field-access.ts';
import { type FlatField, selectedAs } from './flatten.ts';

const scalar = (name: 'Uuid' | 'DateTime' | 'Any'): FieldType => ({ kind: 'scalar', name });

const jobOptions = {
  maxRetries: { type: intType, spellings: [] },
  runAt: { type: scalar('DateTime'), spellings: ['scheduledAt'] },
  delayMs: { type: intType, spellings: [] },
  uniqueKey: { type: stringType, spellings: [] },
  timeoutMs: { type: intType, spellings: [] },
  timeoutSeconds: { type: intType, spellings: [] },
  queue: { type: stringType, spellings: [] },
  backoffMs: { type: intType, spellings: [] },
} as const satisfies Readonly<
  Record<string, { readonly type: FieldType; readonly spellings: readonly string[] }>
>;

const jobPriorities = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] as const;

/** Binds `enqueueJob` and `enqueueJobs`. */
export function bindEnqueue(
  context: BindingContext,
  flat: FlatField,
): BoundMutationField | undefined {
  const { node } = flat;
  const many = node.name.value === 'enqueueJobs';
  const payloadName = many ? 'payloads' : 'payload';
  const spellings = Object.entries(jobOptions).map(([name, option]) => [name, option.spellings]);
  const known: Readonly<Record<string, readonly string[]>> = {
    jobType: [],
    [payloadName]: [],
    priority: [],
    ...Object.fromEntries(spellings),
  };
  const given = bindArguments(context, node.arguments, { owner: `"${node.name.value}"`, known });
  const selection = bindShown(context, flat);
  const jobType = bindOne(context, given.get('jobType'), stringType, true);
  if (!given.has('jobType')) reportMissingArgument(context, node, 'jobType', { example: '"…"' });
  const payloadNode = given.get(payloadName);
  const type: FieldType = many ? { kind: 'list', element: scalar('Any') } : scalar('Any');
  const payload = bindOne(context, payloadNode, type, many);
  if (many && payloadNode === undefined) {
    reportMissingArgument(context, node, 'payloads', { example: '[]' });
  }
  const options = bindOptions(context, given);
  if (jobType === undefined || (payload === undefined && (many || payloadNode !== undefined))) {
    return undefined;
  }
  return {
    ...selectedAs(flat),
    kind: 'enqueue',
    jobType,
    payload: payload ?? { kind: 'constant', value: null },
    many,
    options,
    selection,
  };
}

function bindOptions(
  context: BindingContext,
  given: ReadonlyMap<string, ArgumentNode>,
): Readonly<Record<string, Operand>> {
  const options: [string, Operand][] = [];
  const priority = given.get('priority');
  if (priority?.value.kind === 'variable') {
    const operand = bindOne(context, priority, stringType, false);
    if (operand !== undefined) options.push(['priority', operand]);
  } else if (priority !== undefined) {
    const word = wordOf(context, priority.value, '"priority"', jobPriorities);
    if (word !== undefined) options.push(['priority', { kind: 'constant', value: word }]);
  }
  for (const [name, { type }] of Object.entries(jobOptions)) {
    const argument = given.get(name);
    const operand = bindOne(context, argument, type, false);
    if (argument === undefined || operand === undefined) continue;
    const isNegative =
      operand.kind === 'constant' && typeof operand.value === 'number' && operand.value < 0;
    if (isNegative) {
      const message = `"${argument.name.value}" cannot be negative.`;
      report(context, argument.value.span, { code: 'InvalidValue', message });
    }
    options.push([name, operand]);
  }
  refuseBoth(context, given, 'runAt', 'delayMs');
  refuseBoth(context, given, 'timeoutMs', 'timeoutSeconds');
  return Object.fromEntries(options);
}

function refuseBoth(
  context: BindingContext,
  given: ReadonlyMap<string, ArgumentNode>,
  one: string,
  other: string,
): void {
  const [first, second] = [given.get(one), given.get(other)];
  if (first === undefined || second === undefined) return;
  const message = `"${second.name.value}" cannot be combined with "${first.name.value}".`;
  report(context, second.name.span, { code: 'InvalidValue', message });
}

function bindOne(
  context: BindingContext,
  argument: ArgumentNode | undefined,
  type: FieldType,
  isRequired: boolean,
): Operand | undefined {
  if (argument === undefined) return undefined;
  const place = { type, use: 'data', place: `"${argument.name.value}"`, isRequired } as const;
  const operand = bindOperand(context, argument.value, place);
  const isNull = operand?.kind === 'constant' && operand.value === null;
  if (!isNull || !isRequired) return operand;
  const message = `"${argument.name.value}" cannot be null.`;
  return report(context, argument.value.span, { code: 'TypeMismatch', message });
}

function bindShown(context: BindingContext, flat: FlatField) {
  const collection = findEngineCollection('_jobs');
  if (collection === undefined || flat.inside.length === 0) return [];
  return bindDocuments(context, { collection, isSearch: false }, flat.inside);
}

/** Binds `cancelJob` and `retryJob`: one job by `id`, or those that `where` finds in `_jobs`. */
export function bindJobAction(
  context: BindingContext,
  flat: FlatField,
  kind: 'cancelJob' | 'retryJob',
): BoundMutationField | undefined {
  const { node } = flat;
  const known = { id: [], where: ['filter'] };
  const given = bindArguments(context, node.arguments, { owner: `"${kind}"`, known });
  const selection = bindShown(context, flat);
  const base = { ...selectedAs(flat), kind, selection };
  const [idNode, whereNode] = [given.get('id'), given.get('where')];
  const id = bindOne(context, idNode, scalar('Uuid'), true);
  const jobs = findEngineCollection('_jobs');
  const where = whereNode && jobs && bindFilter(context, jobs, whereNode.value);
  if (idNode !== undefined && whereNode !== undefined) {
    const message = 'Give "id" for one job or "where" for many, not both.';
    return report(context, whereNode.name.span, { code: 'InvalidValue', message });
  }
  if (idNode !== undefined) return id && { ...base, target: { kind: 'id', id } };
  if (whereNode !== undefined) return where && { ...base, target: { kind: 'where', where } };
  return reportMissingArgument(context, node, 'id', { example: '"…"' });
}
