import { type FormEvent, type KeyboardEvent, useMemo, useState } from 'react';
import type { DatabaseInfo, WritePreview } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Grid } from '../../grid/grid.tsx';
import { ResultRows } from '../../grid/result-rows.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { TextField } from '../../ui/text-field.tsx';
import './guard-dialog.css';
import { DanglingNote } from './dangling-note.tsx';
import { FieldChangeList } from './field-change-list.tsx';
import { fieldChanges } from './field-changes.ts';
import {
  actText,
  confirmText,
  nameToType,
  noChangeText,
  placeWord,
  unchangedText,
} from './guard-text.ts';
import type { GuardState, Previews } from './write-guard.ts';

export interface GuardDialogProps {
  readonly state: GuardState;
  readonly database: DatabaseInfo;
  readonly onAnswer: (isConfirmed: boolean) => void;
}

/** What a write is about to touch, and the button that does it. Enter does it, Escape does not. */
export function GuardDialog({ state, database, onAnswer }: GuardDialogProps) {
  const refuse = () => onAnswer(false);
  const giveFocusBack = useFocusReturn(state.kind === 'asking' || state.kind === 'failed');
  const over = { isOpen: true, onClose: refuse, giveFocusBack };
  if (state.kind === 'failed') {
    return (
      <Dialog {...over} title="Nothing has run" width={560}>
        <p className="guard-lead">It could not be found out what this text would change.</p>
        <ErrorNote {...errorText(state.error)} />
        <div className="dialog-foot dialog-acts">
          <Button autoFocus onClick={refuse}>
            Close
          </Button>
        </div>
      </Dialog>
    );
  }
  if (state.kind !== 'asking') return null;
  return (
    <Dialog {...over} title={titleOf(state.previews)} width={760}>
      <Question previews={state.previews} database={database} onAnswer={onAnswer} />
    </Dialog>
  );
}

function titleOf({ previews }: Previews): string {
  const isTouching = previews.some(({ effect }) => effect === 'touches');
  return isTouching ? 'This changes what is there' : 'This adds to a production database';
}

function Question(props: {
  readonly previews: Previews;
  readonly database: DatabaseInfo;
  readonly onAnswer: (isConfirmed: boolean) => void;
}) {
  const { previews, omitted, confirmation } = props.previews;
  const [typed, setTyped] = useState('');
  const isProduction = confirmation === 'typed';
  const name = nameToType(previews, props.database.name);
  const isReady = !isProduction || typed.trim() === name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) props.onAnswer(true);
  };
  return (
    <form className="guard" onSubmit={submit} onKeyDown={keepFromSlipping}>
      <ul className="guard-list">
        {previews.map((preview) => (
          <Touched key={previews.indexOf(preview)} preview={preview} />
        ))}
      </ul>
      {omitted > 0 && (
        <p className="guard-note">{`${omitted} more writes of this text were not looked into.`}</p>
      )}
      <footer className="dialog-foot">
        {isProduction && (
          <TextField
            label={`This is a production database. Type ${name} to go on.`}
            value={typed}
            isMono
            autoFocus
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        <div className="dialog-acts">
          <Button onClick={() => props.onAnswer(false)}>Cancel</Button>
          <Button type="submit" look="danger" disabled={!isReady} autoFocus={!isProduction}>
            {confirmText(props.previews)}
          </Button>
        </div>
      </footer>
    </form>
  );
}

function Touched({ preview }: { readonly preview: WritePreview }) {
  const { after, columns, count, error, rows, target, unchangedCount = 0 } = preview;
  const place = placeWord(preview);
  const changed = useMemo(
    () => after && fieldChanges(columns, rows, after),
    [columns, rows, after],
  );
  const shown = rows.rowCount;
  return (
    <li className="guard-item">
      <p className="guard-act">
        <strong>{actText(preview)}</strong>
        {place !== undefined && (
          <>
            {` ${place} `}
            <span className="mono">{target}</span>
          </>
        )}
      </p>
      {error !== undefined && <ErrorNote message={error.message} hint={error.hint} />}
      <DanglingNote previews={[preview]} />
      {shown > 0 && (
        <>
          {changed?.length === 0 ? (
            <p className="guard-note">{noChangeText(preview)}</p>
          ) : changed === undefined ? (
            <FirstRows
              columns={columns}
              rows={rows}
              label={`First documents of ${target} that are touched`}
            />
          ) : (
            <FieldChangeList
              changes={changed}
              label={`First documents of ${target}, before and after`}
            />
          )}
          {count !== undefined && count > shown && changed?.length !== 0 && (
            <p className="guard-note">{`The first ${shown} of them.`}</p>
          )}
          {unchangedCount > 0 && unchangedCount !== count && (
            <p className="guard-note">{unchangedText(unchangedCount)}</p>
          )}
        </>
      )}
    </li>
  );
}

function FirstRows({
  columns,
  rows,
  label,
}: Pick<WritePreview, 'columns' | 'rows'> & { readonly label: string }) {
  const model = useMemo(() => {
    const made = new ResultRows(columns.length);
    if (rows.rowCount > 0) made.append(rows);
    made.complete();
    return made;
  }, [columns, rows]);
  return (
    <div className="guard-rows" style={{ height: 32 + rows.rowCount * 24 + 10 }}>
      <Grid model={model} columns={columns} density="compact" label={label} />
    </div>
  );
}

/** The Enter that started the run may still be held down when the dialog comes up: it must not confirm it. */
function keepFromSlipping(event: KeyboardEvent): void {
  if (event.key !== 'Enter') return;
  if (event.repeat || event.ctrlKey || event.metaKey) event.preventDefault();
}
