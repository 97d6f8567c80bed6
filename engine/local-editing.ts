/* What can be told of writes where the data is in this process. */

import { checkedPosition, requireText } from './base/arguments.ts';
import { readDocumentHistory } from './editing/document-history.ts';
import type { EditingDoor } from './editing/editing-door.ts';
import { invertCommit } from './editing/inverse-mutation.ts';
import { previewStatements } from './editing/preview-text.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import type { OperationDescription, OperationTracker } from './exec/operation-tracker.ts';
import type { Operations } from './exec/operations.ts';
import { type PreparedText, statementsToRun } from './exec/prepared-text.ts';
import { explainText } from './exec/try-index.ts';
import { migrationStatus, planMigrations } from './migrations/plan-migrations.ts';
import { planRollback, rollBack } from './migrations/roll-back.ts';
import { schemaAtVersion } from './migrations/schema-at-version.ts';
import type { CommitPipeline } from './transactions/commit-pipeline.ts';

interface LocalEditingParts {
  readonly pipeline: CommitPipeline;
  readonly operations: Operations;
  readonly tracker: OperationTracker;
}

export function localEditing(
  prepare: (text: string) => PreparedText,
  { pipeline, operations, tracker }: LocalEditingParts,
): EditingDoor {
  const run = <Result>(
    description: OperationDescription,
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment) => Promise<Result>,
  ): Promise<Result> => tracker.track(description, () => operations.run(signal, work));
  const changeLog = () => pipeline.changeLog;
  return {
    history: (request, { signal }) => {
      requireText(request.collection, 'The name of a collection');
      requireText(request.id, 'The id of a document');
      return run(
        { action: 'history', collection: request.collection, documentId: request.id },
        signal,
        ({ slicerOptions }) => readDocumentHistory(changeLog(), request, slicerOptions.signal),
      );
    },
    inverse: (position, { signal }) =>
      run({ action: 'inverse' }, signal, async (environment) => {
        const snapshot = environment.snapshot();
        try {
          return await invertCommit(changeLog(), checkedPosition(position), snapshot);
        } finally {
          snapshot.release();
        }
      }),
    planMigration: (text, { signal }) =>
      run({ action: 'plan', text }, signal, (environment) =>
        planMigrations(environment, statementsToRun(prepare(text), undefined)),
      ),
    migrationStatus: (text, { signal }) =>
      run({ action: 'plan', text }, signal, async (environment) =>
        migrationStatus(environment, statementsToRun(prepare(text), undefined)),
      ),
    schemaAt: (version, { signal }) =>
      run({ action: 'plan' }, signal, async (environment) => {
        const snapshot = environment.snapshot();
        try {
          return schemaAtVersion(snapshot.catalog, version);
        } finally {
          snapshot.release();
        }
      }),
    runningMigrations: async (order) => {
      operations.assertOpen();
      if (order !== undefined) {
        operations.assertWritable();
        pipeline.schema.running.order(order);
      }
      return pipeline.schema.running.list();
    },
    rollBackMigration: ({ version, isTrial, signal }) =>
      isTrial
        ? run({ action: 'plan' }, signal, (environment) => planRollback(environment, version))
        : run({ action: 'migration' }, signal, (environment) => rollBack(environment, version)),
    explain: (text, { operationName, variables = {}, signal, ...asked }) =>
      run({ action: 'plan', text }, signal, (environment) => {
        const statements = statementsToRun(prepare(text), operationName);
        return explainText(environment, statements, variables, asked);
      }),
    preview: (text, options) =>
      run({ action: 'preview', text }, options.signal, (environment) => {
        const statements = statementsToRun(prepare(text), options.operationName);
        return previewStatements(environment, statements, options.variables ?? {}, options);
      }),
  };
}
