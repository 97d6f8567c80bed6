import { Plus } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import type { SnippetProblems, UserSnippet } from '../../editor/user-snippet.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, type DialogProps } from '../../ui/dialog.tsx';
import {
  draftAt,
  isChanged,
  isFull,
  newDraft,
  problemsOf,
  type SnippetDraft,
  withDraft,
} from './snippet-draft.ts';
import { SnippetForm } from './snippet-form.tsx';
import './snippets.css';

export interface SnippetsDialogProps extends Pick<DialogProps, 'onClose' | 'giveFocusBack'> {
  readonly snippets: readonly UserSnippet[];
  /** The text of a new snippet to begin with; empty shows what there is. */
  readonly firstText: string;
  readonly onChange: (snippets: readonly UserSnippet[]) => void;
}

interface Deleted {
  readonly snippet: UserSnippet;
  readonly at: number;
}

const noProblems: SnippetProblems = {};

/** The person's own snippets: a list, and the one that is being written. */
export function SnippetsDialog(props: SnippetsDialogProps) {
  const { snippets, firstText, onChange, onClose, giveFocusBack } = props;
  const [draft, setDraft] = useState(() =>
    firstText === '' ? draftAt(snippets, 0) : newDraft(firstText),
  );
  const [wasTried, setTried] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const [deleted, setDeleted] = useState<Deleted>();
  const name = useRef<HTMLInputElement>(null);
  const changed = isChanged(draft, snippets);

  const show = (next: SnippetDraft) => {
    setDraft(next);
    setTried(false);
    setLeaving(false);
  };
  const write = (snippet: UserSnippet) => {
    setDraft({ ...draft, snippet });
    setLeaving(false);
  };
  const save = (): boolean => {
    setTried(true);
    if (Object.keys(problemsOf(draft, snippets)).length > 0) return false;
    const next = withDraft(draft, snippets);
    onChange(next.snippets);
    setDraft({ ...draft, at: next.at });
    setTried(false);
    setLeaving(false);
    return true;
  };
  const remove = () => {
    const { at } = draft;
    const snippet = at === undefined ? undefined : snippets[at];
    if (at === undefined || snippet === undefined) return;
    const rest = snippets.toSpliced(at, 1);
    onChange(rest);
    setDeleted({ snippet, at });
    show(draftAt(rest, Math.min(at, rest.length - 1)));
  };
  const restore = ({ snippet, at }: Deleted) => {
    const next = snippets.toSpliced(at, 0, snippet);
    onChange(next);
    setDeleted(undefined);
    show(draftAt(next, at));
  };
  const begin = () => {
    show(newDraft(''));
    name.current?.focus();
  };
  return (
    <Dialog
      isOpen
      title="Snippets"
      width={760}
      giveFocusBack={giveFocusBack}
      // What was written is not lost by a slip of Escape: the second one means it.
      onClose={() => (changed && !isLeaving ? setLeaving(true) : onClose())}
    >
      <div className="snippets">
        <div className="snippets-side">
          <Button icon={<Plus size={14} />} disabled={isFull(snippets)} onClick={begin}>
            New snippet
          </Button>
          <SnippetList
            snippets={snippets}
            shown={draft.at}
            onShow={(at) => (changed ? setLeaving(true) : show(draftAt(snippets, at)))}
          />
          {deleted !== undefined && (
            <p className="snippets-note" role="status">
              {`Deleted ${deleted.snippet.name}. `}
              <Button look="quiet" onClick={() => restore(deleted)}>
                Undo
              </Button>
            </p>
          )}
        </div>
        <SnippetForm
          snippet={draft.snippet}
          problems={wasTried ? problemsOf(draft, snippets) : noProblems}
          isNew={draft.at === undefined}
          isChanged={changed}
          isLeaving={isLeaving}
          nameRef={name}
          onWrite={write}
          onSave={(event: FormEvent) => {
            event.preventDefault();
            save();
          }}
          onDiscard={() => show(draftAt(snippets, draft.at ?? 0))}
          onDelete={remove}
        />
      </div>
    </Dialog>
  );
}

function SnippetList(props: {
  readonly snippets: readonly UserSnippet[];
  readonly shown: number | undefined;
  readonly onShow: (at: number) => void;
}) {
  const { snippets, shown, onShow } = props;
  const list = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const rows = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = rows.findIndex((row) => row.matches(':focus'));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
  };
  if (snippets.length === 0) {
    return (
      <p className="snippets-note">
        No snippet is written yet. Completion offers each by its prefix, beside those that come with
        the studio.
      </p>
    );
  }
  return (
    <ul className="snippets-list" ref={list} aria-label="Snippets" onKeyDown={onKeyDown}>
      {snippets.map(({ name, prefix }, at) => (
        <li key={prefix}>
          <button
            type="button"
            className="snippets-row"
            aria-current={at === shown}
            onClick={() => onShow(at)}
          >
            <span className="mono">{prefix}</span>
            <span className="snippets-name">{name}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
