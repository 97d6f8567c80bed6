import { useCallback } from 'react';
import type { DatabaseInfo } from '#contract';
import type { DeclaredVariable } from '../../editor/declared-variables.ts';
import type { RunRequest } from '../../editor/editor-session.ts';
import type { PlanRequest } from '../explain/plan-run.ts';
import { mayHoldWrite } from '../guard/guard-text.ts';
import type { WriteGuard } from '../guard/write-guard.ts';
import type { QueryRun } from './query-run.ts';
import type { VariableValues } from './variables/variable-values.ts';

/**
 * What stands between asking for a run and its start: its variables must be right, and its writes confirmed. `onStart`
 * is called when it starts.
 */
export function useStartRun(options: {
  readonly database: DatabaseInfo;
  readonly queryRun: QueryRun;
  readonly guard: WriteGuard;
  readonly valuesToRun: (declared: readonly DeclaredVariable[]) => VariableValues | undefined;
  readonly onStart: () => void;
  /** Takes what is to be explained in place of being run. */
  readonly onExplain: (request: PlanRequest) => void;
}): (target: RunRequest) => void {
  const { database, queryRun, guard, valuesToRun, onStart, onExplain } = options;
  return useCallback(
    (target: RunRequest) => {
      const { text, span } = target;
      const variables = valuesToRun(target.variables);
      if (variables === undefined) return;
      if (target.act === 'explain') {
        onExplain({ text, variables, offset: span.start });
        return;
      }
      const start = (previewToken?: string) => {
        onStart();
        const given = previewToken === undefined ? { variables } : { variables, previewToken };
        void queryRun.start(text, span.start, given);
      };
      if (!mayHoldWrite(text)) {
        start();
        return;
      }
      void guard.ask({ database: database.database, text, variables }).then((admission) => {
        if (admission.isAllowed) start(admission.previewToken);
      });
    },
    [database, queryRun, guard, valuesToRun, onStart, onExplain],
  );
}
