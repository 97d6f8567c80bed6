/*
 * A run gives the results of a text piece by piece, as fast as its consumer pulls them and no faster: statements run
 * only as far as they are pulled, mutations when their turn comes. A consumer that pauses keeps no snapshot open for
 * long (snapshot-watch.ts).
 *
 *   next ─▶ head ─▶ rows* ─▶ summary ─▶ head … ─▶ done        an error ends the run: ─▶ failed ─▶ done
 */
import type { BoundStatement, FieldType, JsonValue, Span } from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { TimeSlicer } from '../base/scheduler.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { type ColumnRows, columnShaping } from './column-batch.ts';
import { cancellationOf } from './drain.ts';
import { withEngineCollections } from './engine-collections.ts';
import type { ExecEnvironment } from './environment.ts';
import {
  type ExecutableExport,
  type ExecutableStatement,
  isRead,
  prepareRun,
  type SchemaRoot,
  writesOf,
} from './executable.ts';
import { exportValue } from './export-text.ts';
import type { VariableValues } from './operand.ts';
import { partResults } from './part-results.ts';
import type { GivenVariables } from './prepared-text.ts';
import { QueryStatementRun } from './query-statement.ts';
import type { ReadShape } from './read-shape.ts';
import type { RootRun } from './root-run.ts';
import { type MutationFieldOutcome, runMutation } from './run-mutation.ts';
import type { Run, RunHead, RunPart, RunPull } from './run-part.ts';
import { runDefinitions } from './run-schema.ts';
import { schemaRootRow, schemaRootValue } from './schema-root.ts';
import type { ProjectedField } from './selection.ts';
import { SnapshotWatch } from './snapshot-watch.ts';
import { collectionOf, openWritten, plainFieldsOf, wholeFields } from './written-root.ts';

/** What the heads of one root have in common. */
type RootHead = Required<Pick<RunHead, 'statementKind' | 'collection' | 'span' | 'plan'>>;

/** A step of the inner generator without a part is a pause: the pull has lasted long enough. */
type Parts = AsyncGenerator<RunPart | undefined, void, undefined>;

export interface RunOptions {
  readonly environment: ExecEnvironment;
  readonly statements: readonly BoundStatement[];
  readonly origins?: boolean | undefined;
  readonly variables: GivenVariables;
  /** Cancels what is under way; its signal is the environment's. */
  readonly abort: AbortController;
  /** Called once, when the run holds nothing any more; with how many rows it has given, and what it failed of. */
  readonly onEnd: (rowCount: number, error: AuroraError | undefined) => void;
}

export class StatementsRun implements Run {
  readonly #options: RunOptions;
  readonly #queue = new SerialQueue();
  readonly #parts: Parts;
  /** Pulls that wait or run. */
  #pullCount = 0;
  #rowsWanted = 0;
  #deadline = 0;
  #result = 0;
  #rowCount = 0;
  #error: AuroraError | undefined;
  readonly #watch: SnapshotWatch;
  readonly #shaping: ReturnType<typeof columnShaping>;
  #query: QueryStatementRun | undefined;
  #isDone = false;
  #isEnded = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#shaping = columnShaping(options.origins === true);
    this.#watch = new SnapshotWatch(this.#queue, options.environment);
    this.#parts = this.#run();
  }

  next(rowsMax: number): Promise<RunPull> {
    this.#watch.pause();
    this.#pullCount += 1;
    return this.#queue.run(async () => {
      try {
        return await this.#pull(rowsMax);
      } finally {
        this.#pullCount -= 1;
      }
    });
  }

  async close(): Promise<void> {
    this.#options.abort.abort(new AuroraError('Cancelled', 'The run was closed.'));
    await this.#queue.run(async () => {
      await this.#parts.return();
      await this.#end();
    });
  }

  async #pull(rowsMax: number): Promise<RunPull> {
    this.#watch.throwIfFailed();
    const { clock } = this.#options.environment;
    this.#deadline = clock.elapsed() + limits.pullMsMax;
    const parts: RunPart[] = [];
    this.#rowsWanted = Math.max(1, Math.min(rowsMax, limits.pullRowsMax));
    while (!this.#isDone && this.#rowsWanted > 0) {
      const step = await this.#parts.next();
      if (step.done === true) {
        await this.#end();
        break;
      }
      if (step.value !== undefined) parts.push(step.value);
      if (step.value?.kind === 'failed') this.#error = step.value.error;
      if (step.value?.kind === 'rows') {
        this.#rowsWanted -= step.value.rowCount;
        this.#rowCount += step.value.rowCount;
      }
      if (clock.elapsed() >= this.#deadline) break;
    }
    this.#watch.resume({ hasPulledAgain: this.#pullCount > 1 });
    const progress = this.#isDone ? undefined : this.#query?.progress;
    return { parts, done: this.#isDone, ...(progress === undefined ? {} : { progress }) };
  }

  async #end(): Promise<void> {
    this.#isDone = true;
    await this.#closeQuery();
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.onEnd(this.#rowCount, this.#error);
  }

  async #closeQuery(): Promise<void> {
    this.#watch.end();
    const query = this.#query;
    this.#query = undefined;
    await query?.close();
  }

  async *#run(): Parts {
    for (const statement of this.#options.statements) {
      try {
        yield* this.#runStatement(statement);
      } catch (thrown) {
        const error = cancellationOf(thrown);
        if (!(error instanceof AuroraError)) throw error;
        yield { kind: 'failed', error, span: error.span ?? statement.span };
        return;
      } finally {
        await this.#closeQuery();
      }
    }
  }

  #runStatement(bound: BoundStatement): Parts {
    const { statement, variables } = prepareRun(bound, this.#options.variables);
    switch (statement.kind) {
      case 'query':
        return this.#runQuery(statement, variables);
      case 'mutation':
        return this.#runMutation(statement, variables);
      case 'schema':
      case 'migration':
        return this.#runDefinitions(statement);
      default:
        return unreachable(statement);
    }
  }

  async *#runQuery(
    { roots, span }: Extract<ExecutableStatement, { kind: 'query' }>,
    variables: VariableValues,
  ): Parts {
    const { environment } = this.#options;
    const reads = roots.filter(isRead);
    const reading = await withEngineCollections(environment, reads);
    const query = await QueryStatementRun.open(reading, reads, variables);
    this.#query = query;
    this.#watch.begin(query);
    const sources = query.roots[Symbol.iterator]();
    for (const root of roots) {
      if (isRead(root)) {
        const source = sources.next().value;
        if (source === undefined) continue;
        const { collection } = root;
        const { plan } = source;
        yield* this.#runRoot(source, { statementKind: 'query', collection, span, plan });
      } else {
        const value = schemaRootValue(root, environment, variables);
        yield* this.#schemaRoot(root, value, { statementKind: 'query', span });
      }
    }
  }

  /** `isGone`: its documents were deleted by the statement itself. */
  async *#runRoot(source: RootRun, about: RootHead, isGone = false): Parts {
    const { root, shape } = source;
    if (shape.kind === 'parts') {
      yield* this.#runParts(source, shape, about);
      return;
    }
    const result = this.#nextResult();
    yield {
      kind: 'head',
      result,
      title: root.responseKey,
      columns: this.#shaping.columnsOf(shape.fields, isGone ? undefined : about.collection),
      ...about,
    };
    const toColumns = this.#shaping.compile(shape.fields);
    let rowCount = 0;
    for (;;) {
      const batch = await source.next(this.#deadline);
      if (batch === undefined) break;
      rowCount += batch.documents.length;
      if (batch.documents.length === 0) yield undefined;
      else yield* this.#rows(result, batch.documents, toColumns);
    }
    const { rowsRead, elapsedMs } = source;
    yield { kind: 'summary', result, rowCount, rowsRead, elapsedMs, truncated: false };
  }

  /** What stands in place of documents comes as tables. */
  async *#runParts(
    source: RootRun,
    shape: Extract<ReadShape, { kind: 'parts' }>,
    { statementKind, span, plan }: RootHead,
  ): Parts {
    const told = { rowsRead: 0, elapsedMs: 0 };
    let result = 0;
    for await (const step of partResults(source, shape, () => this.#deadline)) {
      if (step === undefined) yield undefined;
      else if (step.kind === 'begin') {
        result = this.#nextResult();
        const { title, columns } = step;
        yield { kind: 'head', result, title, columns, statementKind, span, plan };
      } else if (step.kind === 'rows') yield { ...step.rows, kind: 'rows', result };
      else {
        const { rowCount } = step;
        const rowsRead = source.rowsRead - told.rowsRead;
        const elapsedMs = source.elapsedMs - told.elapsedMs;
        Object.assign(told, { rowsRead: source.rowsRead, elapsedMs: source.elapsedMs });
        yield { kind: 'summary', result, rowCount, rowsRead, elapsedMs, truncated: false };
      }
    }
  }

  /** What is answered from the schema is a table of one row. */
  *#schemaRoot(
    root: SchemaRoot,
    value: JsonValue,
    { statementKind, span }: Pick<RunHead, 'statementKind' | 'span'>,
  ): Generator<RunPart, void, undefined> {
    const result = this.#nextResult();
    const { columns, values } = schemaRootRow(root, value);
    yield { kind: 'head', result, statementKind, title: root.responseKey, columns, span };
    yield { kind: 'rows', result, rowCount: 1, columns: values.map((each) => [each]) };
    yield { kind: 'summary', result, rowCount: 1, rowsRead: 0, elapsedMs: 0, truncated: false };
  }

  async *#runMutation(
    { fields, span }: Extract<ExecutableStatement, { kind: 'mutation' }>,
    variables: VariableValues,
  ): Parts {
    const { environment } = this.#options;
    const startedAt = environment.clock.elapsed();
    const { outcomes } = await runMutation(environment, writesOf(fields), variables);
    const elapsedMs = environment.clock.elapsed() - startedAt;
    for (const field of fields) {
      if (field.kind !== 'typename') continue;
      const value = schemaRootValue(field, environment, variables);
      yield* this.#schemaRoot(field, value, { statementKind: 'mutation', span });
    }
    for (const outcome of outcomes) {
      const { field } = outcome;
      if (field.kind === 'export') {
        yield* this.#runExport(outcome, field, { span, elapsedMs });
        continue;
      }
      const fields = plainFieldsOf(field);
      if (fields === undefined) yield* this.#runWritten(outcome, variables, span);
      else yield* this.#runChanged(outcome, fields, { span, elapsedMs });
    }
  }

  *#runChanged(
    { field, documents, plan, rowsRead }: MutationFieldOutcome,
    fields: readonly ProjectedField[],
    { span, elapsedMs }: { readonly span: Span; readonly elapsedMs: number },
  ): Generator<RunPart, void, undefined> {
    const result = this.#nextResult();
    const { responseKey: title, collection } = field;
    const columns = this.#shaping.columnsOf(
      fields,
      field.kind === 'delete' ? undefined : collection,
    );
    yield {
      kind: 'head',
      result,
      statementKind: 'mutation',
      title,
      collection,
      columns,
      span,
      plan,
    };
    yield* this.#rows(result, documents, this.#shaping.compile(fields));
    const rowCount = documents.length;
    yield { kind: 'summary', result, rowCount, rowsRead, elapsedMs, truncated: false };
  }

  /** Whole documents are rows; text is the one cell of a table. */
  async *#runExport(
    outcome: MutationFieldOutcome,
    field: ExecutableExport,
    about: { readonly span: Span; readonly elapsedMs: number },
  ): Parts {
    const { environment } = this.#options;
    const { definition } = collectionOf(environment, field);
    if (field.format === 'JSON') {
      yield* this.#runChanged(outcome, wholeFields(definition, field), about);
      return;
    }
    const slicer = new TimeSlicer(environment.clock, environment.slicerOptions);
    const text = await exportValue(outcome.documents, definition, field.format, slicer);
    const { span, elapsedMs } = about;
    const { plan, rowsRead } = outcome;
    const title = field.responseKey;
    const columns = [{ name: title, path: '', type: textType, nullable: false }];
    const result = this.#nextResult();
    yield { kind: 'head', result, statementKind: 'mutation', title, columns, span, plan };
    yield { kind: 'rows', result, rowCount: 1, columns: [[text]] };
    yield { kind: 'summary', result, rowCount: 1, rowsRead, elapsedMs, truncated: false };
  }

  async *#runWritten(outcome: MutationFieldOutcome, variables: VariableValues, span: Span): Parts {
    const { environment } = this.#options;
    const query = await openWritten(environment, outcome, variables);
    this.#query = query;
    this.#watch.begin(query);
    const { plan, field } = outcome;
    const head = { statementKind: 'mutation', collection: field.collection, span, plan } as const;
    for (const root of query.roots) {
      yield* this.#runRoot(root, head, field.kind === 'delete');
    }
    await this.#closeQuery();
  }

  async *#runDefinitions(
    statement: Extract<ExecutableStatement, { kind: 'schema' | 'migration' }>,
  ): Parts {
    const { environment } = this.#options;
    const startedAt = environment.clock.elapsed();
    const messages = await runDefinitions(environment, statement);
    const elapsedMs = environment.clock.elapsed() - startedAt;
    const result = this.#nextResult();
    const { span } = statement;
    const title = statement.kind === 'schema' ? 'schema' : 'migrate';
    yield { kind: 'head', result, statementKind: 'schema', title, columns: [], span };
    yield {
      kind: 'summary',
      result,
      rowCount: messages.length,
      rowsRead: 0,
      elapsedMs,
      message: messages.join(' '),
      truncated: false,
    };
  }

  /** Documents in pieces that are no larger than what the present pull still wants. */
  *#rows(
    result: number,
    documents: readonly StoredDocument[],
    toColumns: (documents: readonly StoredDocument[]) => ColumnRows,
  ): Generator<RunPart, void, undefined> {
    for (let start = 0; start < documents.length; ) {
      const end = Math.min(
        documents.length,
        start + Math.max(1, Math.min(this.#rowsWanted, pieceMax)),
      );
      yield { kind: 'rows', result, ...toColumns(documents.slice(start, end)) };
      start = end;
    }
  }

  #nextResult(): number {
    this.#result += 1;
    return this.#result - 1;
  }
}

const textType: FieldType = { kind: 'scalar', name: 'String' };

/** Rows that are shaped in one go, without going through the event loop. */
const pieceMax = 512;
