/* Which texts have a program that answers them at once; made when a text comes for the second time. */
import type { BoundStatement } from '#engine/aql';
import type { Clock } from '../../base/clock.ts';
import { setOwn } from '../../base/own-key.ts';
import type { CollectionEntry } from '../../catalog/catalog.ts';
import { isOwnedCollection } from '../../catalog/owned-collections.ts';
import type { PlannerOptions } from '../../plan/logical-query.ts';
import { coerceVariables } from '../coerce-variables.ts';
import { isReadableEngineCollection } from '../engine-collections.ts';
import type { QueryResult, ResultData } from '../execution-result.ts';
import type { GivenVariables, PreparedText } from '../prepared-text.ts';
import { AnsweredQuery } from './answered-query.ts';
import { compileDirectCount } from './direct-count.ts';
import { compileDirectList } from './direct-list.ts';
import { compileDirectPage } from './direct-page.ts';
import { compileDirectPoint } from './direct-point.ts';
import type { DirectAnswer, DirectProgram, DirectSource } from './direct-program.ts';

type BoundQuery = Extract<BoundStatement, { kind: 'query' }>;

interface DirectText {
  readonly statement: BoundQuery;
  readonly responseKey: string;
  readonly program: DirectProgram;
}

export interface DirectQueriesOptions {
  readonly clock: Clock;
  readonly planner: PlannerOptions | undefined;
}

export class DirectQueries {
  readonly #clock: Clock;
  readonly #planner: PlannerOptions;
  /** Rules that are left out show what is done without them: then everything goes the long way. */
  readonly #isOff: boolean;
  readonly #texts = new WeakMap<PreparedText, DirectText | 'seen' | 'none'>();

  constructor({ clock, planner = {} }: DirectQueriesOptions) {
    this.#clock = clock;
    this.#planner = planner;
    this.#isOff = (planner.disabledRules?.length ?? 0) > 0;
  }

  /**
   * The result of a text, if it can be given at once.
   * @throws AuroraError for values of variables that do not fit
   */
  run(
    prepared: PreparedText,
    variables: GivenVariables,
    source: DirectSource,
  ): QueryResult | undefined {
    if (this.#isOff) return undefined;
    const known = this.#texts.get(prepared);
    if (known === 'none') return undefined;
    if (known === undefined) {
      this.#texts.set(prepared, 'seen');
      return undefined;
    }
    if (known === 'seen') {
      const made = compileText(prepared, source, this.#planner);
      this.#texts.set(prepared, made ?? 'none');
      return made && this.#answer(made, variables, source);
    }
    return this.#answer(known, variables, source);
  }

  #answer(
    { statement, responseKey, program }: DirectText,
    given: GivenVariables,
    source: DirectSource,
  ): QueryResult | undefined {
    const startedAt = this.#clock.elapsed();
    const answer = program(source, coerceVariables(statement.variables, given));
    if (answer === undefined) return undefined;
    const data: ResultData = {};
    setOwn(data, responseKey, answer.value);
    return resultOf(data, answer, this.#clock.elapsed() - startedAt);
  }
}

function resultOf(
  data: ResultData,
  { documents, rowsRead, plan }: DirectAnswer,
  elapsedMs: number,
): QueryResult {
  const extensions = { kind: 'query', elapsedMs, rowsRead, plan: [plan] } as const;
  return typeof documents === 'function'
    ? new AnsweredQuery(data, extensions, documents)
    : { kind: 'query', data, documents, extensions };
}

function compileText(
  { statements, diagnostics }: PreparedText,
  { catalog }: DirectSource,
  planner: PlannerOptions,
): DirectText | undefined {
  const [statement] = statements;
  if (statement?.kind !== 'query' || statements.length !== 1 || diagnostics.length > 0) {
    return undefined;
  }
  const [root] = statement.roots;
  if (root?.kind !== 'read' || statement.roots.length !== 1) return undefined;
  if (root.condition !== undefined) return undefined;
  const collection = plainCollection(catalog.collection(root.collection));
  const program =
    collection &&
    (compileDirectPoint(root, collection) ??
      compileDirectCount(root, collection) ??
      compileDirectPage(root, collection) ??
      compileDirectList(root, collection, planner));
  return program && { statement, responseKey: root.responseKey, program };
}

/** The engine's own collections are read in other ways. */
function plainCollection(collection: CollectionEntry | undefined): CollectionEntry | undefined {
  const name = collection?.definition.name ?? '';
  return isReadableEngineCollection(name) || isOwnedCollection(name) ? undefined : collection;
}
