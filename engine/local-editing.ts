/* What can be told of writes where the data is in this process. */
import type { EditingDoor } from './editing/editing-door.ts';
import { previewStatements } from './editing/preview-text.ts';
import type { ExecEnvironment } from './exec/environment.ts';
import type { OperationDescription, OperationTracker } from './exec/operation-tracker.ts';
import type { Operations } from './exec/operations.ts';
import { type PreparedText, statementsToRun } from './exec/prepared-text.ts';
import { planMigrations } from './migrations/plan-migrations.ts';

export function localEditing(
  prepare: (text: string) => PreparedText,
  { operations, tracker }: { readonly operations: Operations; readonly tracker: OperationTracker },
): EditingDoor {
  const run = <Result>(
    description: OperationDescription,
    signal: AbortSignal | undefined,
    work: (environment: ExecEnvironment) => Promise<Result>,
  ): Promise<Result> => tracker.track(description, () => operations.run(signal, work));
  return {
    planMigration: (text, { signal }) =>
      run({ action: 'plan', text }, signal, (environment) =>
        planMigrations(environment, statementsToRun(prepare(text), undefined)),
      ),
    preview: (text, options) =>
      run({ action: 'preview', text }, options.signal, (environment) => {
        const statements = statementsToRun(prepare(text), options.operationName);
        return previewStatements(environment, statements, options.variables ?? {}, options);
      }),
  };
}
