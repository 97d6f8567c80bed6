import { useEffect, useState } from 'react';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { focusOnce } from '../../ui/focus-once.ts';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { FieldChangeList } from '../guard/field-change-list.tsx';
import {
  hasParts,
  type Replacements,
  type ReplaceSource,
  type Replacing,
} from './replace-in-column.ts';
import './replace-dialog.css';

interface ReplaceDialogProps {
  readonly source: ReplaceSource;
  /** The column to begin with; the dialog is closed while there is none. */
  readonly column: string | undefined;
  readonly onClose: () => void;
  readonly onReplaced: (count: number) => void;
}

type Search =
  | { readonly state: 'none' }
  | { readonly state: 'searching' }
  | { readonly state: 'found'; readonly replacements: Replacements }
  | { readonly state: 'failed'; readonly error: unknown };

const pauseMs = 250;
const shownMax = 6;

/** Finds values in a column, and stages what they are to be instead: one step, which is reviewed like any other edit. */
export function ReplaceDialog(props: ReplaceDialogProps) {
  const { source, column, onClose } = props;
  const isOpen = column !== undefined;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      giveFocusBack={useFocusReturn(isOpen)}
      title={`Find and replace in ${source.title}`}
      width={640}
    >
      {isOpen && <ReplaceForm {...props} column={column} />}
    </Dialog>
  );
}

function ReplaceForm(props: ReplaceDialogProps & { readonly column: string }) {
  const { source, onClose, onReplaced } = props;
  const { columns } = source;
  const [name, setName] = useState(props.column);
  const field = columns.find((each) => each.name === name) ?? columns[0];
  const [typed, setTyped] = useState<Replacing>({
    ...{ find: '', replacement: '' },
    ...{ isWhole: false, matchesCase: false },
  });
  const change = (part: Partial<Replacing>) => setTyped((before) => ({ ...before, ...part }));
  const search = useSearch(source, field?.name, typed);
  const cells = search.state === 'found' ? search.replacements.cells : [];
  const replace = () => {
    if (search.state !== 'found' || cells.length === 0) return;
    search.replacements.stage();
    onReplaced(cells.length);
  };
  if (field === undefined) return <p>No column of {source.title} holds values to replace.</p>;
  return (
    <form
      className="replace"
      onSubmit={(event) => {
        event.preventDefault();
        replace();
      }}
    >
      <label className="replace-column">
        <span className="field-label">Column</span>
        <select value={field.name} onChange={(event) => setName(event.target.value)}>
          {columns.map((each) => (
            <option key={each.name}>{each.name}</option>
          ))}
        </select>
      </label>
      <TextField
        ref={focusOnce}
        label="Find"
        isMono
        value={typed.find}
        onChange={(event) => change({ find: event.target.value })}
      />
      <TextField
        label="Replace with"
        isMono
        value={typed.replacement}
        onChange={(event) => change({ replacement: event.target.value })}
      />
      {hasParts(field) && (
        <div className="replace-ways">
          <Check
            label="Match case"
            isChecked={typed.matchesCase}
            onChange={(matchesCase) => change({ matchesCase })}
          />
          <Check
            label="Whole values only"
            isChecked={typed.isWhole}
            onChange={(isWhole) => change({ isWhole })}
          />
        </div>
      )}
      <div className="replace-found">
        <ProgressBar label="Searching" isActive={search.state === 'searching'} />
        <p role="status">{foundText(search)}</p>
        {search.state === 'failed' && <ErrorNote {...errorText(search.error)} />}
        {cells.length > 0 && (
          <FieldChangeList
            label="What is going to be replaced"
            changes={cells.slice(0, shownMax).map(({ id, before, after }) => ({
              ...{ id, before, after },
              column: { ...field, path: field.name },
            }))}
          />
        )}
      </div>
      <div className="replace-acts">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={cells.length === 0}>
          {cells.length === 0 ? 'Stage replacements' : `Stage ${counted(cells.length)}`}
        </Button>
      </div>
    </form>
  );
}

function Check(props: {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}) {
  return (
    <label>
      <input
        type="checkbox"
        checked={props.isChecked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {props.label}
    </label>
  );
}

/** Looks again when what is typed has rested for a moment. */
function useSearch(source: ReplaceSource, column: string | undefined, typed: Replacing): Search {
  const [search, setSearch] = useState<Search>({ state: 'none' });
  useEffect(() => {
    if (column === undefined || typed.find === '') {
      setSearch({ state: 'none' });
      return undefined;
    }
    setSearch({ state: 'searching' });
    const abort = new AbortController();
    const timer = setTimeout(() => {
      source.find(column, typed, abort.signal).then(
        (replacements) => {
          if (!abort.signal.aborted) setSearch({ state: 'found', replacements });
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setSearch({ state: 'failed', error });
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [source, column, typed]);
  return search;
}

function foundText(search: Search): string {
  if (search.state !== 'found') return '';
  const { cells, refusedCount, refusal = '', cutNote } = search.replacements;
  const refused = `${refusedCount.toLocaleString('en-US')} cannot be replaced: ${refusal}`;
  return [
    ...(cells.length > 0 ? [`${counted(cells.length)}.`] : []),
    ...(cells.length === 0 && refusedCount === 0 ? ['Nothing found.'] : []),
    ...(cutNote === undefined ? [] : [cutNote]),
    ...(refusedCount === 0 ? [] : [refused]),
    ...(cells.length > shownMax ? [`The first ${shownMax}:`] : []),
  ].join(' ');
}

function counted(count: number): string {
  return count === 1 ? '1 replacement' : `${count.toLocaleString('en-US')} replacements`;
}
