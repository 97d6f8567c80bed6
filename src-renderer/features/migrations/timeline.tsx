import { Undo2 } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { TimelineEntry, TimelineState } from './timeline-entries.ts';

const marks: Readonly<Record<TimelineState, string>> = {
  applied: '✓',
  drifted: '⚠',
  missing: '?',
  pending: '○',
  late: '○',
  failed: '✕',
};
const words: Readonly<Record<TimelineState, string>> = {
  applied: 'Applied',
  drifted: 'Drifted: its text is another one now. Applied',
  missing: 'Missing: no text has it. Applied',
  pending: 'Pending',
  late: 'Pending, out of order',
  failed: 'Failed',
};

/** Versions that were applied, are to come, or could not be applied. `onUndo` is absent where nothing may be undone. */
export function Timeline(props: {
  readonly entries: readonly TimelineEntry[];
  readonly onUndo: (() => void) | undefined;
}) {
  const { entries, onUndo } = props;
  if (entries.length === 0) {
    return <EmptyState title="No version is applied yet" hint="Write the first one, and try it." />;
  }
  return (
    <ol className="migrations-versions">
      {entries.map(({ version, state, at, by, detail, isLast }) => (
        <li key={`${state} ${version}`} className={`is-${state}`}>
          <span className="migrations-mark" aria-hidden>
            {marks[state]}
          </span>
          <div>
            <p className="mono">
              <bdi>{version}</bdi>
            </p>
            <p className="migrations-quiet">{[words[state], whenText(at), byText(by)].join('')}</p>
            {detail !== undefined && (
              <p className={state === 'failed' ? 'migrations-failure' : 'migrations-quiet'}>
                {detail}
              </p>
            )}
            {isLast && onUndo !== undefined && (
              <Button icon={<Undo2 size={14} />} onClick={onUndo}>
                Undo…
              </Button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function whenText(at: number | undefined): string {
  if (at === undefined) return '';
  const text = new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  return ` ${text}`;
}

function byText(by: string | undefined): string {
  return by === undefined || by === '' ? '' : ` by ${by}`;
}
