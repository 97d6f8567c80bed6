import { Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ImportState } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { counted, lookProblem, outcomeText } from './import-text.ts';
import type { ImportWizard } from './import-wizard.ts';
import { PassageProgress } from './passage-progress.tsx';
import { Rejections } from './rejections.tsx';
import { WizardFoot } from './wizard-foot.tsx';
import type { WizardState } from './wizard-state.ts';

export interface RunStepProps {
  readonly wizard: ImportWizard;
  readonly state: WizardState;
  readonly onClose: () => void;
  readonly onShow: (collection: string) => void;
  /** Begins with another file. */
  readonly onAgain: () => void;
}

/** The import under way, and what it has done. */
export function RunStep(props: RunStepProps) {
  const { wizard, state } = props;
  const { run } = state;
  if (run.kind === 'underWay') return <UnderWay {...{ wizard, state }} />;
  return (
    <div className="import-form">
      <div className="import-body">
        <Report wizard={wizard} state={state} />
      </div>
      <ReportActs {...props} />
    </div>
  );
}

function UnderWay({ wizard, state }: Pick<RunStepProps, 'wizard' | 'state'>) {
  const { run, upsertKey } = state;
  const [isAsking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus goes to what came in place of what had it.
  useEffect(() => first.current?.focus(), [isAsking]);
  if (run.kind !== 'underWay') return null;
  const isReverting = run.progress?.state === 'reverting';
  const ask = (asks: boolean) => {
    wizard.hold(asks);
    setAsking(asks);
  };
  return (
    <div className="import-form">
      <div className="import-body">
        <PassageProgress label={`Importing into ${state.collection}`} passage={run} />
        <p className="import-quiet">Others read and write meanwhile.</p>
        {isAsking && (
          <p role="alert">
            What was imported so far can stay, or be taken back as if it had never been.
          </p>
        )}
      </div>
      <WizardFoot>
        {!isAsking && !isReverting && (
          <>
            <Button
              ref={first}
              icon={run.isHeld ? <Play size={14} /> : <Pause size={14} />}
              onClick={() => wizard.hold(!run.isHeld)}
            >
              {run.isHeld ? 'Go on' : 'Pause'}
            </Button>
            <Button onClick={() => ask(true)}>Cancel…</Button>
          </>
        )}
        {isAsking && (
          <>
            <Button ref={first} onClick={() => ask(false)}>
              Go on importing
            </Button>
            {upsertKey === undefined && (
              <Button
                look="danger"
                onClick={() => {
                  setAsking(false);
                  void wizard.cancel('run', 'revert');
                }}
              >
                Take it back
              </Button>
            )}
            <Button
              look="danger"
              onClick={() => {
                setAsking(false);
                void wizard.cancel('run', 'keep');
              }}
            >
              End it, and keep what is there
            </Button>
          </>
        )}
      </WizardFoot>
    </div>
  );
}

function Report({ wizard, state }: Pick<RunStepProps, 'wizard' | 'state'>) {
  const { run, collection, source } = state;
  const problem = lookProblem(run);
  const end = run.kind === 'ended' ? run.end : undefined;
  return (
    <>
      {problem !== undefined && <ErrorNote {...errorText(problem)} />}
      {end !== undefined && (
        <p role="status" className="import-outcome">
          {endText(end, collection)}
        </p>
      )}
      {end?.state === 'imported' && (
        <Rejections
          {...{ wizard }}
          report={end.report}
          passage="run"
          fileName={source?.name ?? ''}
        />
      )}
    </>
  );
}

function endText(end: ImportState, collection: string): string {
  switch (end.state) {
    case 'imported': {
      const stopped =
        end.report.outcome === 'stopped' ? ' It ended at the first record that does not fit.' : '';
      return `✓ ${outcomeText(end.report, 'did')}${stopped}`;
    }
    case 'cancelled':
      return end.isReverted
        ? `Cancelled. "${collection}" is as it was before.`
        : `Cancelled. ${counted(end.importedCount, 'document')} imported before it have stayed.`;
    case 'failed':
      return end.importedCount === 0
        ? 'Nothing was imported.'
        : `${counted(end.importedCount, 'document')} imported before it have stayed.`;
    default:
      return '';
  }
}

/** Where another import can go on; undefined when nothing is left. */
function restOf(end: ImportState | undefined): number | undefined {
  if (end === undefined) return undefined;
  if (end.state === 'imported') {
    return end.report.outcome === 'stopped' ? end.report.handledCount : undefined;
  }
  if (end.state !== 'cancelled' && end.state !== 'failed') return undefined;
  return end.handledCount > 0 ? end.handledCount : undefined;
}

function ReportActs({ wizard, state, onClose, onShow, onAgain }: RunStepProps) {
  const { run, collection } = state;
  const end = run.kind === 'ended' ? run.end : undefined;
  const rest = restOf(end);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const isShown =
    (end?.state === 'imported' && end.report.importedCount > 0) ||
    (end?.state === 'cancelled' && end.importedCount > 0) ||
    (end?.state === 'failed' && end.importedCount > 0);
  return (
    <WizardFoot>
      <Button {...(isShown ? {} : { ref: first })} onClick={onClose}>
        Close
      </Button>
      {rest !== undefined && (
        <Button
          onClick={() => wizard.continueAfter(rest)}
        >{`Go on after record ${rest.toLocaleString('en-US')}`}</Button>
      )}
      <Button onClick={onAgain}>Import another file</Button>
      {isShown && (
        <Button ref={first} look="primary" onClick={() => onShow(collection)}>
          {`Open ${collection}`}
        </Button>
      )}
    </WizardFoot>
  );
}
