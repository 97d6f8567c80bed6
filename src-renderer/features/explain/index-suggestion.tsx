import { Lightbulb } from 'lucide-react';
import type { SuggestedIndex } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { countText } from '../query/status-text.ts';
import { indexKey, type TrialState } from './plan-run.ts';
import { createIndexText, isWorthIt, shortTime, trialText } from './plan-text.ts';

export interface IndexSuggestionProps {
  readonly index: SuggestedIndex;
  readonly trial: TrialState | undefined;
  readonly isBusy: boolean;
  readonly isCreating: boolean;
  readonly onTry: (index: SuggestedIndex) => void;
  readonly onCreate: (index: SuggestedIndex) => void;
}

/** An index that may help; a button measures whether it does, and one that does can be created. */
export function IndexSuggestion(props: IndexSuggestionProps) {
  const { index, trial, isBusy, isCreating, onTry, onCreate } = props;
  const isTried = trial?.kind === 'tried';
  const canCreate = isTried && isWorthIt(trial.trial);
  return (
    <div className={`plan-suggestion${canCreate ? ' is-worth' : ''}`}>
      <Lightbulb size={16} aria-hidden />
      <div className="plan-suggestion-text">
        <p>
          An index on <span className="mono">{indexKey(index)}</span>{' '}
          {canCreate ? 'would help' : isTried ? 'would not help' : 'may help'}.
        </p>
        <p className="plan-suggestion-facts" role="status">
          {trial === undefined && foundText(index)}
          {trial?.kind === 'trying' &&
            'Making it in memory, and running the query with it and without it'}
          {isTried &&
            `${trialText(trial.trial)} Making its ${countText(trial.trial.entryCount, 'entry').replace('entrys', 'entries')} in memory took ${shortTime(trial.trial.buildMs)}.`}
        </p>
        {trial?.kind === 'failed' && <ErrorNote {...errorText(trial.error)} />}
        {canCreate && <p className="plan-suggestion-aql mono">{createIndexText(index)}</p>}
      </div>
      {canCreate ? (
        <Button look="primary" disabled={isBusy} onClick={() => onCreate(index)}>
          {isCreating ? 'Creating the index' : 'Create the index'}
        </Button>
      ) : (
        !isTried && (
          <Button disabled={isBusy} onClick={() => onTry(index)}>
            Measure it
          </Button>
        )
      )}
    </div>
  );
}

function foundText({ rowsEstimate, documentCount }: SuggestedIndex): string {
  const all = countText(documentCount, 'document');
  if (rowsEstimate === undefined) return `The query goes through ${all}.`;
  return `It finds about ${rowsEstimate.toLocaleString('en-US')} of ${all}.`;
}
