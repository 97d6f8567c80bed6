import { ArrowDownToLine, Pause, Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';
import type { LiveMode } from './live-mode.ts';
import './live-switch.css';

export interface LiveSwitchProps {
  readonly mode: LiveMode;
  readonly onMode: (mode: LiveMode) => void;
  /** Changes that are held back. */
  readonly pendingCount: number;
  /** True while changes are held back because rows are selected. */
  readonly isHeld: boolean;
  /** Why what is shown cannot follow changes; the switch is then off. */
  readonly reason?: string | undefined;
  /** Why there is no newest row to be kept in view; what changes is shown all the same. */
  readonly tailReason?: string | undefined;
  /** True while changes cannot come, because the host does not answer. */
  readonly isLost: boolean;
}

const choices: readonly {
  readonly mode: LiveMode;
  readonly word: string;
  readonly icon: ReactNode;
  readonly title: string;
}[] = [
  { mode: 'paused', word: 'Paused', icon: <Pause size={12} />, title: 'Hold changes back' },
  { mode: 'live', word: 'Live', icon: <Radio size={12} />, title: 'Show changes as they come' },
  {
    mode: 'tail',
    word: 'Tail',
    icon: <ArrowDownToLine size={12} />,
    title: 'Show changes, and keep the newest row in view',
  },
];

/** Whether rows follow what changes, and how much waits to be shown. */
export function LiveSwitch(props: LiveSwitchProps) {
  const { onMode, pendingCount, isHeld, isLost, tailReason } = props;
  const mode = tailReason !== undefined && props.mode === 'tail' ? 'live' : props.mode;
  const reasonOf = (choice: LiveMode) =>
    props.reason ?? (choice === 'tail' ? tailReason : undefined);
  return (
    <div className="live-switch">
      <span className="live-note" role="status">
        {note(props)}
      </span>
      <fieldset title={props.reason}>
        <legend className="visually-hidden">Follow changes</legend>
        {choices.map((choice) => (
          <button
            key={choice.mode}
            type="button"
            aria-pressed={mode === choice.mode}
            disabled={reasonOf(choice.mode) !== undefined}
            title={reasonOf(choice.mode) ?? choice.title}
            className={classNames(isLost && 'is-lost', isHeld && 'is-held')}
            onClick={() => onMode(choice.mode)}
          >
            {choice.icon}
            {choice.word}
          </button>
        ))}
      </fieldset>
      {pendingCount > 0 && mode !== 'paused' && isHeld && (
        <span className="visually-hidden">Clear the selection to go on.</span>
      )}
    </div>
  );
}

function note({ mode, pendingCount, isHeld, isLost, reason }: LiveSwitchProps): string {
  if (reason !== undefined) return '';
  if (isLost) return 'Reconnecting';
  const count = pendingCount === 0 ? '' : `${pendingCount.toLocaleString('en-US')} new`;
  if (mode === 'paused') return count;
  if (isHeld) return count === '' ? 'Held while you select' : `Held while you select · ${count}`;
  return '';
}
