import { type FormEvent, useEffect, useState } from 'react';
import { type JobPriorityName, jobPriorityNames } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { TextField } from '../../ui/text-field.tsx';
import { priorityWords } from './job-text.ts';
import { PayloadField } from './payload-field.tsx';
import { payloadOf, payloadText } from './payload-text.ts';
import type { JobOrders } from './use-job-orders.ts';

export interface EnqueueDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly database: string;
  readonly types: readonly string[];
  readonly orders: JobOrders;
  readonly onEnqueued: (id: string) => void;
}

/** A new job. The payload of the type's last job is there to begin with. */
export function EnqueueDialog(props: EnqueueDialogProps) {
  const giveFocusBack = useFocusReturn(props.isOpen);
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      giveFocusBack={giveFocusBack}
      title="Enqueue a job"
      width={560}
    >
      <EnqueueForm {...props} />
    </Dialog>
  );
}

function EnqueueForm({ database, types, orders, onClose, onEnqueued }: EnqueueDialogProps) {
  const [type, setType] = useState('');
  const [typed, setTyped] = useState<string>();
  const last = useLastPayload(database, types.includes(type) ? type : undefined);
  const [priority, setPriority] = useState<JobPriorityName>('NORMAL');
  const [queue, setQueue] = useState('');
  const [delay, setDelay] = useState('');
  const [retries, setRetries] = useState('');
  const payload = typed ?? last ?? '{}';
  const parsed = payloadOf(payload);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const isReady = type.trim() !== '' && isNumber(delay) && isNumber(retries);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || 'problem' in parsed) return;
    void orders
      .give({
        kind: 'enqueue',
        type: type.trim(),
        payload: parsed.payload,
        priority,
        ...(queue.trim() === '' ? {} : { queue: queue.trim() }),
        ...(delay === '' ? {} : { delayMs: Number(delay) * 1_000 }),
        ...(retries === '' ? {} : { maxRetries: Number(retries) }),
      })
      .then((answer) => {
        if (answer?.id === undefined || answer.id === null) return;
        onEnqueued(answer.id);
        onClose();
      });
  };
  return (
    <form className="jobs-form" onSubmit={submit}>
      <TextField
        label="Type"
        isMono
        autoFocus
        list="jobs-types"
        value={type}
        onChange={(event) => setType(event.target.value)}
      />
      <datalist id="jobs-types">
        {types.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <PayloadField value={payload} problem={problem} onChange={setTyped} />
      <div className="jobs-form-row">
        <label className="field">
          <span className="field-label">Priority</span>
          <select
            className="jobs-select"
            value={priority}
            onChange={(event) =>
              setPriority(jobPriorityNames.find((name) => name === event.target.value) ?? 'NORMAL')
            }
          >
            {jobPriorityNames.map((name) => (
              <option key={name} value={name}>
                {priorityWords[name]}
              </option>
            ))}
          </select>
        </label>
        <TextField
          label="Queue"
          isMono
          placeholder="default"
          value={queue}
          onChange={(event) => setQueue(event.target.value)}
        />
        <TextField
          label="Delay in seconds"
          inputMode="numeric"
          placeholder="0"
          value={delay}
          error={isNumber(delay) ? undefined : 'A whole number'}
          onChange={(event) => setDelay(event.target.value)}
        />
        <TextField
          label="Retries"
          inputMode="numeric"
          placeholder="3"
          value={retries}
          error={isNumber(retries) ? undefined : 'A whole number'}
          onChange={(event) => setRetries(event.target.value)}
        />
      </div>
      {orders.error !== undefined && <ErrorNote {...errorText(orders.error)} />}
      <div className="jobs-form-acts">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!isReady || problem !== undefined}>
          Enqueue
        </Button>
      </div>
    </form>
  );
}

/** The payload of the last job of a type, as text; `undefined` without one. */
function useLastPayload(database: string, type: string | undefined): string | undefined {
  const client = useClient();
  const [found, setFound] = useState<{ readonly type: string; readonly text: string }>();
  useEffect(() => {
    if (type === undefined) return undefined;
    const abort = new AbortController();
    client
      .call('jobs.find', { database, filter: { type }, limit: 1 }, { signal: abort.signal })
      .then(
        ({ jobs: [job] }) => {
          if (!abort.signal.aborted && job !== undefined) {
            setFound({ type, text: payloadText(job.payload) });
          }
        },
        // Without a suggestion the form is as good; what is wrong is told when the job is enqueued.
        () => setFound(undefined),
      );
    return () => abort.abort();
  }, [client, database, type]);
  return found?.type === type ? found?.text : undefined;
}

function isNumber(text: string): boolean {
  return /^\d{0,9}$/.test(text);
}
