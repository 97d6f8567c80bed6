import { Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import type { DatabaseInfo, MigrationOrder, RunningMigration } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

/** Versions that are being applied or undone, whoever began them: how far they are, to be held or ended. */
export function RunningMigrations(props: {
  readonly database: DatabaseInfo;
  readonly running: readonly RunningMigration[];
}) {
  const { database, running } = props;
  const client = useClient();
  const [error, setError] = useState<unknown>();
  const order = (given: MigrationOrder) => {
    setError(undefined);
    client.call('migrations.order', { database: database.database, order: given }).catch(setError);
  };
  if (running.length === 0) return null;
  const isPaused = running.some((each) => each.isPaused);
  // What is about to become visible is not held any more.
  const isEnding = running.every((each) => each.documentsDone >= each.documentsTotal);
  return (
    <section className="migrations-running" aria-label="Under way">
      {running.map(({ version, documentsDone, documentsTotal }) => (
        <div key={version}>
          <p>
            <bdi className="mono">{version}</bdi>
            {`: ${documentsDone.toLocaleString('en-US')} of ${documentsTotal.toLocaleString('en-US')} documents${isPaused ? ', held' : isEnding ? ', being taken into use' : ''}`}
          </p>
          <progress
            aria-label={`Progress of ${version}`}
            max={Math.max(1, documentsTotal)}
            value={Math.min(documentsDone, documentsTotal)}
          />
        </div>
      ))}
      {!database.readOnly && (
        <div className="migrations-acts">
          {isPaused ? (
            <Button icon={<Play size={14} />} onClick={() => order('resume')}>
              Go on
            </Button>
          ) : isEnding ? null : (
            <Button icon={<Pause size={14} />} onClick={() => order('pause')}>
              Pause
            </Button>
          )}
          <Button icon={<X size={14} />} onClick={() => order('cancel')}>
            Cancel
          </Button>
        </div>
      )}
      {error !== undefined && <ErrorNote {...errorText(error)} />}
    </section>
  );
}
