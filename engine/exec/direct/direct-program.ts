/*
 * Small queries, answered at once: within one turn of the event loop nothing is published, so that no snapshot is taken,
 * no operator is connected and nothing is awaited. What is known of a text without its variables is made once. A program
 * answers only where its answer is that of the plan, and gives up where it would take long, or where it takes a plan to
 * say what is best: then the query goes the long way (query-statement.ts).
 */
import type { JsonValue } from '#engine/aql';
import type { ColumnReader } from '../../cache/column-reader.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { StateLookup } from '../../transactions/state-lookup.ts';
import type { ResultDocument } from '../execution-result.ts';
import type { VariableValues } from '../operand.ts';

/** What is published. */
export interface DirectSource {
  readonly lookup: StateLookup;
  readonly catalog: Catalog;
  readonly columns: ColumnReader | undefined;
}

export interface DirectAnswer {
  readonly value: JsonValue;
  /** When they are many, they are made when somebody asks. */
  readonly documents: readonly ResultDocument[] | (() => readonly ResultDocument[]);
  readonly plan: string;
  readonly rowsRead: number;
}

/**
 * Gives `undefined` where the query must go the long way.
 * @throws AuroraError for values of variables that do not fit, as the long way does
 */
export type DirectProgram = (
  source: DirectSource,
  variables: VariableValues,
) => DirectAnswer | undefined;
