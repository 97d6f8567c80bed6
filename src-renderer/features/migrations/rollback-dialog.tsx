import { type FormEvent, useEffect, useState } from 'react';
import type { AppliedVersion, DatabaseInfo, Result, RunningMigration } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { countText } from '../health/health-text.ts';
import { Refused } from './plan-view.tsx';

export interface RollbackDialogProps {
  readonly isOpen: boolean;
  readonly database: DatabaseInfo;
  /** The version that would be undone, as it is recorded. */
  readonly last: AppliedVersion | undefined;
  readonly running: readonly RunningMigration[];
  readonly onClose: () => void;
  readonly onDone: (message: string) => void;
}

/** What undoing the last version does and cannot bring back, and the button that undoes it. */
export function RollbackDialog(props: RollbackDialogProps) {
  const giveFocusBack = useFocusReturn(props.isOpen);
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      giveFocusBack={giveFocusBack}
      title="Undo the last version"
      width={640}
    >
      {props.isOpen && <Question {...props} />}
    </Dialog>
  );
}

type Plan = Result<'migrations.planRollback'>;

function Question({ database, last, running, onClose, onDone }: RollbackDialogProps) {
  const client = useClient();
  const id = database.database;
  const [plan, setPlan] = useState<Plan>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const abort = new AbortController();
    client.call('migrations.planRollback', { database: id }, { signal: abort.signal }).then(
      (found) => setPlan(found),
      (failure: unknown) => {
        if (!abort.signal.aborted) setError(failure);
      },
    );
    return () => abort.abort();
  }, [client, id]);
  const isProduction = plan?.confirmation === 'typed';
  const isReady =
    plan !== undefined &&
    plan.refused.count === 0 &&
    !isBusy &&
    (!isProduction || typed.trim() === database.name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    const { version, token: previewToken } = plan;
    try {
      await client.call('migrations.rollBack', { database: id, version, previewToken });
      onDone(`Undid ${version}.`);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form className="migrations-form" onSubmit={(event) => void submit(event)}>
      <ProgressBar
        label={isBusy ? 'Undoing' : 'Looking at what undoing would do'}
        isActive={isBusy || (plan === undefined && error === undefined)}
      />
      {plan === undefined && error === undefined && (
        <UnderWay
          text={`Looking at ${last === undefined ? 'the documents' : countText(last.documentsChanged, 'document')}: what comes back, and what cannot. Nothing is written.`}
        />
      )}
      {plan !== undefined && (
        <>
          <p>
            <strong>
              <bdi>{plan.version}</bdi>
            </strong>
            {`: ${countText(plan.documentsChanged, 'document')} would change.`}
          </p>
          <ol className="migrations-steps" aria-label="Steps">
            {plan.steps.map(({ collection, text }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place.
              <li key={at} className="mono">{`${collection}: ${text}`}</li>
            ))}
          </ol>
          <section aria-label="What is lost">
            {plan.losses.length === 0 ? (
              <p className="migrations-quiet">
                Nothing is lost: every document is as it was before.
              </p>
            ) : (
              <ul className="migrations-losses">
                {plan.losses.map((loss) => (
                  <li key={loss}>{`⚠ ${loss}`}</li>
                ))}
              </ul>
            )}
          </section>
          <Refused refused={plan.refused} />
          {isProduction && (
            <TextField
              label={`This is a production database. Type ${database.name} to go on.`}
              isMono
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </>
      )}
      {isBusy && <Undoing progress={running.find(({ version }) => version === plan?.version)} />}
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      <div className="migrations-acts">
        <Button onClick={onClose}>{isBusy ? 'Close; it goes on' : 'Leave it applied'}</Button>
        <Button type="submit" look="danger" disabled={!isReady}>
          {plan === undefined ? 'Undo' : `Undo ${plan.version}`}
        </Button>
      </div>
    </form>
  );
}

/** How far the documents are put back; before that, they are looked at once more. */
function Undoing({ progress }: { readonly progress: RunningMigration | undefined }) {
  if (progress === undefined)
    return <UnderWay text="Looking once more that nothing stands in the way …" />;
  const { documentsDone, documentsTotal } = progress;
  const done = documentsDone.toLocaleString('en-US');
  const share = documentsDone / Math.max(1, documentsTotal);
  return (
    <UnderWay text={`Undoing: ${done} of ${countText(documentsTotal, 'document')}`} share={share} />
  );
}

function UnderWay({ text, share }: { readonly text: string; readonly share?: number }) {
  return (
    <div className="migrations-under-way" role="status">
      <p>{text}</p>
      <progress aria-label={text} max={1} value={share} />
    </div>
  );
}
