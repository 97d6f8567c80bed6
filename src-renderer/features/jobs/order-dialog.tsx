import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { TextField } from '../../ui/text-field.tsx';
import { jobsText, orderVerb } from './job-text.ts';
import type { AskedOrder } from './use-job-orders.ts';

/** How many jobs an order concerns, and the button that carries it out; on production the name is typed first. */
export function OrderDialog({
  asked,
  databaseName,
}: {
  readonly asked: AskedOrder | undefined;
  readonly databaseName: string;
}) {
  const giveFocusBack = useFocusReturn(asked !== undefined);
  return (
    <Dialog
      isOpen={asked !== undefined}
      onClose={() => asked?.answer(false)}
      giveFocusBack={giveFocusBack}
      title={asked === undefined ? '' : orderVerb(asked.order, asked.preview.count)}
      width={480}
    >
      {asked !== undefined && <Question asked={asked} databaseName={databaseName} />}
    </Dialog>
  );
}

function Question({
  asked,
  databaseName,
}: {
  readonly asked: AskedOrder;
  readonly databaseName: string;
}) {
  const { order, preview, answer } = asked;
  const [typed, setTyped] = useState('');
  const isProduction = preview.confirmation === 'typed';
  const isReady = (!isProduction || typed.trim() === databaseName) && preview.count > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) answer(true);
  };
  return (
    <form className="jobs-form" onSubmit={submit}>
      {'filter' in order && (
        <p>
          {`${jobsText(preview.count)} ${preview.count === 1 ? 'matches' : 'match'}. ${notes[order.kind]}`}
        </p>
      )}
      {order.kind === 'deleteSchedule' && (
        <p>{`“${order.name}” makes no more runs. The jobs that it has enqueued stay.`}</p>
      )}
      {isProduction && (
        <TextField
          label={`This is a production database. Type ${databaseName} to go on.`}
          isMono
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      <div className="jobs-form-acts">
        <Button onClick={() => answer(false)}>
          {order.kind === 'deleteSchedule' ? 'Keep it' : 'Leave as they are'}
        </Button>
        <Button
          type="submit"
          look={dangers.has(order.kind) ? 'danger' : 'primary'}
          disabled={!isReady}
          autoFocus={!isProduction}
        >
          {orderVerb(order, preview.count)}
        </Button>
      </div>
    </form>
  );
}

const dangers: ReadonlySet<string> = new Set(['delete', 'cancel', 'deleteSchedule']);

const notes = {
  cancel: 'Those that run are told to stop; those that have ended stay as they are.',
  retry: 'Those that wait run at once; those that run or are completed stay as they are.',
  delete:
    'They go with their attempts and logs; for five minutes they can be brought back. Those that run stay.',
  setPriority: 'Those that do not wait stay as they are.',
} as const;
