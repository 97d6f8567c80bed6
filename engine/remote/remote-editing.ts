/* What a guest asks of the owner about writes, before and after they are made. */
import type { EditingDoor } from '../editing/editing-door.ts';
import type { WireTask } from './guest-protocol.ts';
import { wireText } from './remote-statements.ts';

type RunTask = <Report>(
  task: WireTask,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<Report>;

export function remoteEditing(run: RunTask): EditingDoor {
  return {
    history: (request, options) => run({ kind: 'history', request }, options),
    inverse: (position, options) => run({ kind: 'inverse', position }, options),
    planMigration: (text, options) => run({ kind: 'plan', text }, options),
    migrationStatus: (text, options) => run({ kind: 'migrationStatus', text }, options),
    schemaAt: (version, options) => run({ kind: 'schemaAt', version }, options),
    runningMigrations: (order) =>
      run({ kind: 'migrations', ...(order === undefined ? {} : { order }) }, {}),
    rollBackMigration: ({ version, isTrial, signal }) =>
      run({ kind: 'rollBack', isTrial, ...(version === undefined ? {} : { version }) }, { signal }),
    explain: (given, { variables = {}, operationName, analyze = false, tryIndex, signal }) => {
      const { text, ...options } = wireText(given, { variables, operationName, signal });
      const asked = tryIndex === undefined ? { analyze } : { analyze, tryIndex };
      return run({ kind: 'explain', text, options: { ...options, ...asked } }, { signal });
    },
    preview: (given, { variables = {}, operationName, samplesMax, signal }) => {
      const { text, ...rest } = wireText(given, { variables, operationName, signal });
      const options = samplesMax === undefined ? rest : { ...rest, samplesMax };
      return run({ kind: 'preview', text, options }, { signal });
    },
  };
}
