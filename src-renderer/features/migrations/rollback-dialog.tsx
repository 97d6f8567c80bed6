import { type FormEvent, useEffect, useState } from 'react';
import type { DatabaseInfo, Result } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Refused } from './plan-view.tsx';

export interface RollbackDialogProps {
  readonly isOpen: boolean;
  readonly database: DatabaseInfo;
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

function Question({ database, onClose, onDone }: RollbackDialogProps) {
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
      {plan !== undefined && (
        <>
          <p>
            <strong>
              <bdi>{plan.version}</bdi>
            </strong>
            {`: ${plan.documentsChanged.toLocaleString('en-US')} ${plan.documentsChanged === 1 ? 'document' : 'documents'} would change.`}
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
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      <div className="migrations-acts">
        <Button onClick={onClose}>Leave it applied</Button>
        <Button type="submit" look="danger" disabled={!isReady}>
          {plan === undefined ? 'Undo' : `Undo ${plan.version}`}
        </Button>
      </div>
    </form>
  );
}
