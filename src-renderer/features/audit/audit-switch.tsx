import { ScrollText } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AuditInfo, DatabaseInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { TextField } from '../../ui/text-field.tsx';

const usualFile = 'audit.jsonl';

/** What stands where entries would while no log is kept, and how to keep one. */
export function AuditSwitch(props: {
  readonly database: DatabaseInfo;
  readonly info: AuditInfo;
  readonly onKeep: (file: string) => Promise<void>;
}) {
  const { database, info, onKeep } = props;
  if (info.ownerPid !== null) {
    return (
      <EmptyState
        icon={<ScrollText size={24} />}
        title={`Process ${info.ownerPid} has this database open, and keeps no audit log`}
        hint="Only the process that has the data can keep one: open the database there with auditLogPath, or here first."
      />
    );
  }
  return <KeepForm {...{ database, info, onKeep }} />;
}

function KeepForm(props: {
  readonly database: DatabaseInfo;
  readonly info: AuditInfo;
  readonly onKeep: (file: string) => Promise<void>;
}) {
  const { database, info, onKeep } = props;
  const [file, setFile] = useState(info.wanted ?? usualFile);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const keep = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onKeep(file.trim());
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const failure = error ?? info.error ?? undefined;
  return (
    <EmptyState
      icon={<ScrollText size={24} />}
      title={`No audit log is kept of ${database.name}`}
      hint="With one, every operation from now on, by whom, with its outcome and how long it took, is a line in a file. Statements are written with the values in them, variables without; nothing is ever sent anywhere."
      action={
        <form className="audit-form" onSubmit={(event) => void keep(event)}>
          <TextField
            label="File"
            isMono
            hint="In the folder of the database, or an absolute path."
            value={file}
            onChange={(event) => setFile(event.target.value)}
          />
          {failure !== undefined && <ErrorNote {...errorText(failure)} />}
          <Button type="submit" look="primary" disabled={isBusy || file.trim() === ''}>
            Keep an audit log
          </Button>
        </form>
      }
    />
  );
}
