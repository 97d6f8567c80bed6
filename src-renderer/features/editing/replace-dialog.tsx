import { useEffect, useState } from 'react';
import type { CollectionInfo, DatabaseId } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { FieldChangeList } from '../guard/field-change-list.tsx';
import {
  findReplacements,
  hasParts,
  isReplaceable,
  type Replacements,
  type Replacing,
  replacementsMax,
} from './replace-in-column.ts';
import './replace-dialog.css';
import { fieldValue } from './staged-document.ts';
import { editFields } from './staged-edits.ts';
import type { StagedStore } from './staged-store.ts';

export interface ReplaceDialogProps {
  readonly database: DatabaseId;
  readonly info: CollectionInfo;
  readonly store: StagedStore;
  readonly where: string;
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
  const { info, column, onClose } = props;
  const isOpen = column !== undefined;
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      giveFocusBack={useFocusReturn(isOpen)}
      title={`Find and replace in ${info.name}`}
      width={640}
    >
      {isOpen && <ReplaceForm {...props} column={column} />}
    </Dialog>
  );
}

function ReplaceForm(props: ReplaceDialogProps & { readonly column: string }) {
  const { info, store, onClose, onReplaced } = props;
  const columns = info.fields.filter(isReplaceable);
  const [name, setName] = useState(props.column);
  const field = columns.find((each) => each.name === name) ?? columns[0];
  const [typed, setTyped] = useState<Replacing>({
    ...{ find: '', replacement: '' },
    ...{ isWhole: false, matchesCase: false },
  });
  const change = (part: Partial<Replacing>) => setTyped((before) => ({ ...before, ...part }));
  const search = useSearch(props, field?.name, typed);
  const edits = search.state === 'found' ? search.replacements.edits : [];
  const replace = () => {
    if (edits.length === 0) return;
    store.apply((state) => editFields(state, edits));
    onReplaced(edits.length);
  };
  if (field === undefined) return <p>No column of {info.name} holds values that can be found.</p>;
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
        {edits.length > 0 && (
          <FieldChangeList
            label="What is going to be replaced"
            changes={edits.slice(0, shownMax).map(({ shown, value }) => ({
              id: shown.id,
              column: { ...field, path: field.name },
              before: fieldValue(shown, field.name),
              after: value,
            }))}
          />
        )}
      </div>
      <div className="replace-acts">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={edits.length === 0}>
          {edits.length === 0 ? 'Stage replacements' : `Stage ${counted(edits.length)}`}
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
function useSearch(
  { database, info, store, where }: ReplaceDialogProps,
  column: string | undefined,
  typed: Replacing,
): Search {
  const client = useClient();
  const [search, setSearch] = useState<Search>({ state: 'none' });
  useEffect(() => {
    const field = info.fields.find(({ name }) => name === column);
    if (field === undefined || typed.find === '') {
      setSearch({ state: 'none' });
      return undefined;
    }
    setSearch({ state: 'searching' });
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const place = { client, database, store, field, where };
      findReplacements(place, typed, abort.signal).then(
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
  }, [client, database, info, store, where, column, typed]);
  return search;
}

function foundText(search: Search): string {
  if (search.state !== 'found') return '';
  const { edits, refusedCount, refusal = '', isCut } = search.replacements;
  const refused =
    refusedCount === 0
      ? ''
      : ` ${refusedCount.toLocaleString('en-US')} cannot be replaced: ${refusal}`;
  if (edits.length === 0) return refused === '' ? 'Nothing found.' : refused.trim();
  const more = edits.length > shownMax ? ` The first ${shownMax}:` : '';
  const cut = isCut ? ` There are more: ${counted(replacementsMax)} are made at a time.` : '';
  return `${counted(edits.length)}.${cut}${refused}${more}`;
}

function counted(count: number): string {
  return count === 1 ? '1 replacement' : `${count.toLocaleString('en-US')} replacements`;
}

function focusOnce(element: HTMLInputElement | null): void {
  element?.focus();
}
