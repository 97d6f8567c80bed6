import type { KeyboardEvent } from 'react';
import type { FieldInfo, WireValue } from '#contract';
import { chordLabels, matchesChord } from '../../app/commands/key-chord.ts';
import { isMac } from '../../app/commands/use-shown-keys.ts';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { absenceProblem } from './value-text.ts';

/** What can be done in the editor of a cell besides typing; each has a key, since Tab goes to the next cell. */
export interface CellAct {
  readonly label: string;
  readonly keys: string;
  readonly run: () => void;
}

/** The ways to have no value, or the one that the schema gives. */
export function absenceActs(
  field: FieldInfo,
  onTake: (value: WireValue | undefined) => void,
): readonly CellAct[] {
  const initial = field.default?.kind === 'value' ? field.default.value : undefined;
  const acts: CellAct[] = [];
  if (absenceProblem(field) === undefined) {
    acts.push({ label: 'Null', keys: 'Alt+N', run: () => onTake(null) });
    acts.push({ label: 'Unset', keys: 'Alt+U', run: () => onTake(undefined) });
  }
  if (initial !== undefined) {
    acts.push({ label: 'Default', keys: 'Alt+D', run: () => onTake(initial) });
  }
  return acts;
}

export function actOf(event: KeyboardEvent, acts: readonly CellAct[]): CellAct | undefined {
  return acts.find(({ keys }) => matchesChord(keys, event.nativeEvent, isMac));
}

export function CellActs({ acts }: { readonly acts: readonly CellAct[] }) {
  return (
    <span className="cell-editor-acts">
      {acts.map(({ label, keys, run }) => (
        <Button key={label} look="quiet" aria-keyshortcuts={keys} onClick={run}>
          {label}
          <span aria-hidden="true">
            <Kbd keys={[chordLabels(keys, isMac).join(isMac ? '' : '+')]} />
          </span>
        </Button>
      ))}
    </span>
  );
}
