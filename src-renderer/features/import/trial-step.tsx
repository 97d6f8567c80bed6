import { Play } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { DatabaseInfo, ImportReportInfo } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { typeText } from '../../grid/cell-value.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { focusOnce } from '../../ui/focus-once.ts';
import { TextField } from '../../ui/text-field.tsx';
import { counted, lookProblem, outcomeText } from './import-text.ts';
import type { ImportWizard } from './import-wizard.ts';
import { PassageProgress } from './passage-progress.tsx';
import { Rejections } from './rejections.tsx';
import { WizardFoot } from './wizard-foot.tsx';
import type { WizardState } from './wizard-state.ts';

export interface TrialStepProps {
  readonly wizard: ImportWizard;
  readonly state: WizardState;
  readonly database: DatabaseInfo;
}

/** What the import would do, found out by doing all of it but the writing. */
export function TrialStep({ wizard, state, database }: TrialStepProps) {
  const { trial } = state;
  const [typed, setTyped] = useState('');
  const end = trial.kind === 'ended' && trial.end.state === 'tried' ? trial.end : undefined;
  const problem = lookProblem(trial);
  const isProduction = end?.confirmation === 'typed';
  const count = end?.report.importedCount ?? 0;
  const isReady = count > 0 && (!isProduction || typed.trim() === database.name);
  const act = useRef<HTMLButtonElement>(null);
  const isTried = end !== undefined;
  useEffect(() => {
    // On production the name is typed first.
    if (isTried && !isProduction && document.activeElement?.closest('.import-foot') === null)
      act.current?.focus();
  }, [isTried, isProduction]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) wizard.import();
  };
  return (
    <form className="import-form" onSubmit={submit}>
      <div className="import-body">
        {trial.kind === 'underWay' && <PassageProgress label="Trying the import" passage={trial} />}
        {problem !== undefined && <ErrorNote {...errorText(problem)} />}
        {trial.kind === 'ended' && trial.end.state === 'cancelled' && (
          <p role="status">The trial was cancelled. Nothing was written.</p>
        )}
        {end !== undefined && <TrialReport {...{ wizard, state }} report={end.report} />}
        {isProduction && (
          <TextField
            ref={focusOnce}
            label={`This is a production database. Type ${database.name} to go on.`}
            isMono
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </div>
      <WizardFoot>
        {trial.kind === 'underWay' ? (
          <Button onClick={() => void wizard.cancel('trial', 'keep')}>Cancel the trial</Button>
        ) : (
          <>
            <Button onClick={() => wizard.go('columns')}>Back</Button>
            {end === undefined && <Button onClick={() => wizard.tryIt()}>Try again</Button>}
          </>
        )}
        {end !== undefined && (
          <Button
            ref={act}
            type="submit"
            look="primary"
            icon={<Play size={14} />}
            disabled={!isReady}
          >
            {`Import ${counted(count, 'document')}`}
          </Button>
        )}
      </WizardFoot>
    </form>
  );
}

function TrialReport(props: {
  readonly wizard: ImportWizard;
  readonly state: WizardState;
  readonly report: ImportReportInfo;
}) {
  const { wizard, state, report } = props;
  const { created, collection, columns, outcome } = report;
  return (
    <>
      <p role="status" className="import-outcome">
        {`The import would ${outcomeText(report, 'would')}`}
        {outcome === 'stopped' && ' It would end there.'}
        {state.skipRecords > 0 &&
          ` The first ${counted(state.skipRecords, 'record')} are passed over.`}
      </p>
      <p className="import-quiet">Nothing was written.</p>
      {created && (
        <p>
          {`It would define the collection ${collection}: `}
          <span className="mono">
            {columns
              .map(({ field, type, nullable }) => `${field}: ${typeText(type, nullable)}`)
              .join(', ')}
          </span>
        </p>
      )}
      <Rejections {...{ wizard, report }} passage="trial" fileName={state.source?.name ?? ''} />
    </>
  );
}
