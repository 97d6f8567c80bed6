import { ProgressBar } from '../../ui/progress-bar.tsx';
import { numberText } from './import-text.ts';
import type { Passage } from './wizard-state.ts';

/** How far a file is on its way. */
export function PassageProgress(props: {
  readonly label: string;
  readonly passage: Extract<Passage, { kind: 'underWay' }>;
}) {
  const { label, passage } = props;
  const { share, progress, isHeld } = passage;
  const percent = Math.floor(100 * share);
  const counts =
    progress?.state === 'running'
      ? `${numberText(progress.recordCount)} records read, ${numberText(progress.importedCount)} fit, ${numberText(progress.rejectedCount)} refused`
      : 'Reading';
  return (
    <div className="import-progress">
      <ProgressBar label={label} isActive share={share} />
      <p className="import-outcome">
        {progress?.state === 'reverting' ? 'Taking back what was imported' : label}
        {isHeld && ' (held)'}
      </p>
      <p className="import-quiet">{`${percent} % of the file · ${counts}`}</p>
    </div>
  );
}
