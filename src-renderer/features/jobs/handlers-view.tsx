import { Play, Square } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { JobHandlerFolder, JobsInfo } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useFetched } from '../../client/use-fetched.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { fromNow } from './job-text.ts';

export interface HandlersViewProps {
  readonly database: string;
  readonly info: JobsInfo;
  readonly onShow: (chosen: { readonly type: string; readonly error?: string }) => void;
}

/** What does the jobs: the folder of modules, the types that are known, and what they failed of last. */
export function HandlersView({ database, info, onShow }: HandlersViewProps) {
  const { folder } = info.workers;
  return (
    <div className="jobs-handlers">
      <FolderForm
        key={`${folder?.path} ${folder?.isolation} ${folder?.memoryMb}`}
        database={database}
        workers={info.workers}
      />
      <HandlerTable database={database} info={info} onShow={onShow} />
    </div>
  );
}

const defaultMemoryMb = '256';

function FolderForm({
  database,
  workers,
}: {
  readonly database: string;
  readonly workers: JobsInfo['workers'];
}) {
  const client = useClient();
  const { state, folder, isSample } = workers;
  const [path, setPath] = useState(folder?.path ?? '');
  const [isolation, setIsolation] = useState<JobHandlerFolder['isolation']>(
    folder?.isolation ?? 'process',
  );
  const [memory, setMemory] = useState(folder === null ? defaultMemoryMb : `${folder.memoryMb}`);
  const memoryMb = Number(memory);
  const isMemoryRight = /^\d{2,5}$/.test(memory) && memoryMb >= 16;
  const isIdle = state === 'stopped';
  const isReady = isMemoryRight && (path.trim() !== '' || isSample);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isIdle && !isReady) return;
    const chosen = path.trim() === '' ? {} : { folder: { path: path.trim(), isolation, memoryMb } };
    // What fails is told by the topic, where it stays.
    client
      .call('jobs.runWorkers', { database, isRunning: isIdle, ...(isIdle ? chosen : {}) })
      .catch(() => undefined);
  };
  return (
    <form className="jobs-handler-form" onSubmit={submit}>
      <TextField
        label="Folder of handlers"
        isMono
        placeholder="~/handlers"
        hint="A module for each type of job, such as send_email.mjs, which exports a function handler. It runs as your own code."
        value={path}
        disabled={!isIdle}
        onChange={(event) => setPath(event.target.value)}
      />
      <label className="field">
        <span className="field-label">Each job in</span>
        <select
          className="jobs-select"
          value={isolation}
          disabled={!isIdle}
          onChange={(event) => setIsolation(event.target.value === 'thread' ? 'thread' : 'process')}
        >
          <option value="process">a process</option>
          <option value="thread">a thread</option>
        </select>
      </label>
      <TextField
        label="Memory, MiB"
        inputMode="numeric"
        value={memory}
        disabled={!isIdle}
        error={isMemoryRight ? undefined : '16 or more'}
        onChange={(event) => setMemory(event.target.value)}
      />
      <Button
        type="submit"
        look={isIdle ? 'primary' : 'plain'}
        icon={isIdle ? <Play size={14} /> : <Square size={14} />}
        disabled={state === 'starting' || state === 'stopping' || (isIdle && !isReady)}
      >
        {isIdle ? 'Start workers' : 'Stop workers'}
      </Button>
    </form>
  );
}

function HandlerTable({ database, info, onShow }: HandlersViewProps) {
  const client = useClient();
  const failedCount = info.types.reduce(
    (sum, { counts }) => sum + counts.Failed + counts.DeadLetter,
    0,
  );
  const { value, error } = useFetched(
    async (signal) => {
      const found = await client.call('jobs.errors', { database }, { signal });
      return { ...found, readAt: Date.now() };
    },
    { key: database, revision: failedCount },
  );
  const known = new Map(info.workers.handlers.map(({ type, meaning }) => [type, meaning]));
  const counts = new Map(info.types.map((type) => [type.name, type.counts]));
  const types = [...new Set([...known.keys(), ...counts.keys()])].sort();
  if (types.length === 0) {
    return (
      <EmptyState
        title="No handler is loaded"
        hint="Choose a folder above and start workers; jobs that are enqueued wait until then."
      />
    );
  }
  return (
    <section aria-label="Handlers">
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      <table className="jobs-table">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col" className="jobs-handler-meaning">
              Done by
            </th>
            <th scope="col">Waiting</th>
            <th scope="col">Running</th>
            <th scope="col" className="jobs-handler-error">
              Failed last of
            </th>
          </tr>
        </thead>
        <tbody>
          {types.map((type) => {
            const own = counts.get(type);
            const failed = value?.groups
              .filter((group) => group.type === type)
              .reduce<NonNullable<typeof value>['groups'][number] | undefined>(
                (last, each) => (last === undefined || each.lastAt > last.lastAt ? each : last),
                undefined,
              );
            return (
              <tr key={type}>
                <th scope="row">
                  <button type="button" className="jobs-link mono" onClick={() => onShow({ type })}>
                    <bdi>{type}</bdi>
                  </button>
                </th>
                <td className="jobs-handler-meaning" title={known.get(type)}>
                  {known.get(type) ?? <span className="jobs-quiet">nobody yet; its jobs wait</span>}
                </td>
                <td className="mono">
                  {((own?.Pending ?? 0) + (own?.Failed ?? 0)).toLocaleString('en-US')}
                </td>
                <td className="mono">{(own?.Running ?? 0).toLocaleString('en-US')}</td>
                <td className="jobs-handler-error">
                  {failed !== undefined && value !== undefined && (
                    <button
                      type="button"
                      className="jobs-link jobs-error"
                      title={failed.message}
                      onClick={() => onShow({ type, error: failed.pattern })}
                    >
                      {`${failed.message} · ${fromNow(failed.lastAt, value.readAt)}`}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
