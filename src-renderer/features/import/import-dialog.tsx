import {
  type KeyboardEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { DatabaseInfo } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { useCatalog } from '../../client/use-catalog.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ColumnsStep } from './columns-step.tsx';
import { FileStep } from './file-step.tsx';
import './import-dialog.css';
import { type ImportRequest, ImportWizard } from './import-wizard.ts';
import { RunStep } from './run-step.tsx';
import { TrialStep } from './trial-step.tsx';
import { type WizardStep, wizardSteps } from './wizard-state.ts';

export interface ImportDialogProps {
  readonly database: DatabaseInfo;
  readonly request: ImportRequest;
  readonly onClose: () => void;
  /** Goes to the documents of a collection. */
  readonly onShow: (collection: string) => void;
}

const stepTitles: { readonly [Step in WizardStep]: string } = {
  file: 'File',
  columns: 'Columns',
  trial: 'Trial',
  run: 'Import',
};

/** From a file to documents: what is in it, where it goes, what would happen, and what has. */
export function ImportDialog(props: ImportDialogProps) {
  const { database, onClose, onShow } = props;
  const giveFocusBack = useFocusReturn(true);
  const { wizard, startAgain } = useWizard(props);
  const state = useSyncExternalStore(wizard.subscribe, wizard.state);
  const isImporting = state.step === 'run' && state.run.kind === 'underWay';
  useUnloadQuestion(isImporting);
  return (
    <Dialog
      isOpen
      // What is under way is ended by its own button, which asks what becomes of what is there.
      onClose={() => !isImporting && onClose()}
      giveFocusBack={giveFocusBack}
      title={state.collection === '' ? 'Import' : `Import into ${state.collection}`}
      width={960}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from acting twice. */}
      <div className="import" onKeyDown={keepFromSlipping}>
        <ol className="import-steps" aria-label="Steps">
          {wizardSteps.map((each) => (
            <li key={each} aria-current={each === state.step ? 'step' : undefined}>
              {stepTitles[each]}
            </li>
          ))}
        </ol>
        <StepHeading step={state.step} />
        {state.step === 'file' && <FileStep {...{ wizard, state, database, onClose }} />}
        {state.step === 'columns' && <ColumnsStep {...{ wizard, state }} />}
        {state.step === 'trial' && <TrialStep {...{ wizard, state, database }} />}
        {state.step === 'run' && (
          <RunStep {...{ wizard, state, onClose, onShow }} onAgain={startAgain} />
        )}
      </div>
    </Dialog>
  );
}

/** Takes the focus as each step comes up, so that screen readers tell it and Tab begins at its top. */
function StepHeading({ step }: { readonly step: WizardStep }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus goes to each step as it comes up.
  useEffect(() => heading.current?.focus(), [step]);
  return (
    <h3 ref={heading} tabIndex={-1} className="visually-hidden">
      {`${stepTitles[step]}, step ${wizardSteps.indexOf(step) + 1} of ${wizardSteps.length}`}
    </h3>
  );
}

/** The Enter that went to this step may still be held down: it must not go on to the next. */
function keepFromSlipping(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.repeat) event.preventDefault();
}

/** A wizard that lives as long as the dialog, or until the person begins with another file. */
function useWizard({ database, request }: ImportDialogProps) {
  const client = useClient();
  const { catalog } = useCatalog(database.database);
  const known = useRef(catalog?.collections ?? []);
  useEffect(() => {
    known.current = catalog?.collections ?? [];
  }, [catalog]);
  const [again, setAgain] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time is a wizard of its own.
  const wizard = useMemo(() => {
    const { collection } = request;
    const other = collection === undefined ? {} : { collection };
    const first = again === 0 ? request : other;
    return new ImportWizard({ client, database, collections: () => known.current }, first);
  }, [client, database.database, request, again]);
  useEffect(() => () => wizard.close(), [wizard]);
  return { wizard, startAgain: () => setAgain(again + 1) };
}

/** The rest of the file is only here: the browser asks before the page goes away. */
function useUnloadQuestion(isImporting: boolean): void {
  useEffect(() => {
    if (!isImporting) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isImporting]);
}
