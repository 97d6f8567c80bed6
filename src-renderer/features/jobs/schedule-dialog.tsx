import { type FormEvent, useState } from 'react';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { TextField } from '../../ui/text-field.tsx';
import { cronWords } from './cron-words.ts';
import { PayloadField } from './payload-field.tsx';
import { payloadOf } from './payload-text.ts';
import type { JobOrders } from './use-job-orders.ts';

export interface ScheduleDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly types: readonly string[];
  /** Of the schedules that there are. */
  readonly names: readonly string[];
  readonly orders: JobOrders;
}

/** A new schedule, or another one in place of the one of its name. */
export function ScheduleDialog(props: ScheduleDialogProps) {
  const giveFocusBack = useFocusReturn(props.isOpen);
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      giveFocusBack={giveFocusBack}
      title="Schedule a job"
      width={560}
    >
      <ScheduleForm {...props} />
    </Dialog>
  );
}

function ScheduleForm({ types, names, orders, onClose }: ScheduleDialogProps) {
  const [name, setName] = useState('');
  const [type, setType] = useState('');
  const [cron, setCron] = useState('0 9 * * 1-5');
  const [timeZone, setTimeZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [text, setText] = useState('{}');
  const parsed = payloadOf(text);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const isReady = name.trim() !== '' && type.trim() !== '' && problem === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || 'problem' in parsed) return;
    const { payload } = parsed;
    void orders
      .give({
        kind: 'setSchedule',
        name: name.trim(),
        cron: cron.trim(),
        timeZone: timeZone.trim(),
        type: type.trim(),
        payload,
      })
      .then((answer) => answer !== undefined && onClose());
  };
  const words = cronWords(cron);
  const isTaken = names.includes(name.trim());
  return (
    <form className="jobs-form" onSubmit={submit}>
      <TextField
        label="Name"
        autoFocus
        value={name}
        hint={isTaken ? 'There is a schedule of this name; this one replaces it.' : undefined}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Type of the job"
        isMono
        list="schedule-types"
        value={type}
        onChange={(event) => setType(event.target.value)}
      />
      <datalist id="schedule-types">
        {types.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <div className="jobs-form-row">
        <TextField
          label="Cron expression"
          isMono
          value={cron}
          hint={words === cron ? 'Minute, hour, day, month, weekday' : words}
          onChange={(event) => setCron(event.target.value)}
        />
        <TextField
          label="Time zone"
          isMono
          value={timeZone}
          onChange={(event) => setTimeZone(event.target.value)}
        />
      </div>
      <PayloadField value={text} problem={problem} onChange={setText} />
      {orders.error !== undefined && <ErrorNote {...errorText(orders.error)} />}
      <div className="jobs-form-acts">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!isReady}>
          {isTaken ? 'Replace the schedule' : 'Save the schedule'}
        </Button>
      </div>
    </form>
  );
}
