import { WireError } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import './data-tab.css';

/** That documents are being read, or why they cannot be, above their grid. */
export function ReadingState(props: {
  readonly error: unknown;
  readonly isReading: boolean;
  /** True while another filter is typed than the one that is applied: what is wrong with that is not shown beside it. */
  readonly isDraft: boolean;
  readonly onRetry: () => void;
}) {
  const { error, isReading, isDraft, onRetry } = props;
  const isOfFilter = error instanceof WireError && error.diagnostics.length > 0;
  if (error === undefined) {
    return (
      <div className="data-reading">
        <ProgressBar label="Reading documents" isActive={isReading} />
      </div>
    );
  }
  if (isOfFilter && isDraft) return null;
  return (
    <div className="data-problem">
      <ErrorNote {...errorText(error)} />
      <Button onClick={onRetry}>Read again</Button>
    </div>
  );
}
