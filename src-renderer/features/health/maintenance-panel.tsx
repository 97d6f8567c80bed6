import { Archive, Minimize2, ShieldCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { HealthInfo, MaintenanceTask } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { activityText, taskNames } from './health-text.ts';
import { OutcomeNote } from './outcome-note.tsx';

export interface MaintenancePanelProps {
  readonly database: string;
  readonly health: HealthInfo;
}

/** Verify, back up, compact: one at a time, with what became of each. */
export function MaintenancePanel({ database, health }: MaintenancePanelProps) {
  const client = useClient();
  const [error, setError] = useState<unknown>();
  const [target, setTarget] = useState('');
  const { activity, figures, outcomes } = health;
  const isBusy = activity !== null;
  const isInMemory = figures.file === null;

  const call = async (work: Promise<unknown>) => {
    try {
      await work;
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  };
  const start = (task: MaintenanceTask) =>
    void call(client.call('maintenance.start', { database, task }));
  const backUp = (event: FormEvent) => {
    event.preventDefault();
    if (target.trim() !== '') start({ kind: 'backup', target: target.trim() });
  };

  return (
    <section className="health-maintenance" aria-label="Maintenance">
      <h3>Maintenance</h3>
      <div className="health-acts">
        <Button
          icon={<ShieldCheck size={14} />}
          disabled={isBusy}
          onClick={() => start({ kind: 'verify' })}
        >
          Verify
        </Button>
        {!isInMemory && (
          <Button
            icon={<Minimize2 size={14} />}
            disabled={isBusy || figures.readOnly}
            onClick={() => start({ kind: 'compact' })}
          >
            Compact
          </Button>
        )}
      </div>
      {!isInMemory && (
        <form className="health-backup" onSubmit={backUp}>
          <TextField
            label="Folder for a backup"
            isMono
            placeholder={`${figures.path.replace(/\.db$/, '')}-backup.db`}
            hint="Empty, or not there yet. The database stays in use meanwhile."
            value={target}
            onChange={(event) => setTarget(event.target.value)}
          />
          <Button
            type="submit"
            icon={<Archive size={14} />}
            disabled={isBusy || target.trim() === ''}
          >
            Back up
          </Button>
        </form>
      )}
      {activity !== null && (
        <div className="health-activity">
          <span>{`${taskNames[activity.kind]}: ${activityText(activity)}`}</span>
          <progress value={activity.fraction} max={1} aria-label={taskNames[activity.kind]} />
          <Button onClick={() => void call(client.call('maintenance.cancel', { database }))}>
            Cancel
          </Button>
        </div>
      )}
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      {outcomes.map((outcome) => (
        <OutcomeNote key={`${outcome.kind} ${outcome.at}`} outcome={outcome} />
      ))}
    </section>
  );
}
