import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { DatabaseInfo, MaintenanceOutcome } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { useTopic } from '../../client/use-topic.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { activityText } from '../health/health-text.ts';
import { OutcomeNote } from '../health/outcome-note.tsx';

/** Looks, when asked to, whether documents, indexes and counts agree after a version was applied. */
export function VerifyApplied({ database: { database } }: { readonly database: DatabaseInfo }) {
  const client = useClient();
  const topic = useTopic('health', { database });
  const health = topic.status === 'current' || topic.status === 'stale' ? topic.value : undefined;
  /** When those ended that were there when it was asked for. */
  const [known, setKnown] = useState<readonly number[]>();
  const [error, setError] = useState<unknown>();
  const activity = health?.activity ?? undefined;
  const outcome = health?.outcomes.find(
    (each) => isVerification(each) && known?.includes(each.at) === false,
  );
  const start = () => {
    setError(undefined);
    setKnown(health?.outcomes.map(({ at }) => at) ?? []);
    client.call('maintenance.start', { database, task: { kind: 'verify' } }).catch(setError);
  };
  const cancel = () => void client.call('maintenance.cancel', { database }).catch(setError);
  const isUnderWay = known !== undefined && outcome === undefined && error === undefined;
  return (
    <div className="migrations-verify">
      {isUnderWay ? (
        <>
          <span>
            {activity?.kind === 'verify' ? `Verifying: ${activityText(activity)}` : 'Verifying …'}
          </span>
          <progress aria-label="Verifying" max={1} value={activity?.fraction ?? 0} />
          <Button onClick={cancel}>Cancel</Button>
        </>
      ) : (
        <Button
          icon={<ShieldCheck size={14} />}
          disabled={health === undefined || activity !== undefined}
          onClick={start}
        >
          Verify the database
        </Button>
      )}
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      {outcome !== undefined && <OutcomeNote outcome={outcome} />}
    </div>
  );
}

function isVerification(outcome: MaintenanceOutcome): boolean {
  return outcome.kind === 'verify' || (outcome.kind === 'failed' && outcome.task === 'verify');
}
