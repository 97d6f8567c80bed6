import { Archive, ArchiveRestore, Minimize2, ShieldCheck } from 'lucide-react';
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

/** Verify, compact, back up, restore: one at a time, with what became of each. */
export function MaintenancePanel({ database, health }: MaintenancePanelProps) {
  const client = useClient();
  const [error, setError] = useState<unknown>();
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
            disabled={isBusy || figures.readOnly || figures.refusal !== null}
            onClick={() => start({ kind: 'compact' })}
          >
            Compact
          </Button>
        )}
      </div>
      {!isInMemory && (
        <>
          <BackupForm path={figures.path} isBusy={isBusy} onStart={start} />
          <RestoreForm isBusy={isBusy} onStart={start} />
        </>
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

interface TaskFormProps {
  readonly isBusy: boolean;
  readonly onStart: (task: MaintenanceTask) => void;
}

function BackupForm({ path, isBusy, onStart }: TaskFormProps & { readonly path: string }) {
  const [target, setTarget] = useState('');
  const isReady = target.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onStart({ kind: 'backup', target: target.trim() });
  };
  return (
    <form className="health-backup" onSubmit={submit}>
      <TextField
        label="Folder for a backup"
        isMono
        placeholder={`${path.replace(/\.db$/, '')}-backup.db`}
        hint="Empty, or not there yet. The database stays in use meanwhile."
        value={target}
        onChange={(event) => setTarget(event.target.value)}
      />
      <Button type="submit" icon={<Archive size={14} />} disabled={isBusy || !isReady}>
        Back up
      </Button>
    </form>
  );
}

function RestoreForm({ isBusy, onStart }: TaskFormProps) {
  const [backup, setBackup] = useState('');
  const [target, setTarget] = useState('');
  const isReady = backup.trim() !== '' && target.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onStart({ kind: 'restore', backup: backup.trim(), target: target.trim() });
  };
  return (
    <form className="health-backup" onSubmit={submit}>
      <TextField
        label="Backup to restore"
        isMono
        value={backup}
        onChange={(event) => setBackup(event.target.value)}
      />
      <TextField
        label="Folder for what is restored"
        isMono
        hint="Empty, or not there yet. This database stays as it is."
        value={target}
        onChange={(event) => setTarget(event.target.value)}
      />
      <Button type="submit" icon={<ArchiveRestore size={14} />} disabled={isBusy || !isReady}>
        Restore
      </Button>
    </form>
  );
}
