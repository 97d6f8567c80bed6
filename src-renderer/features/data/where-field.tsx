import { Filter, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { CatalogSamples, CatalogShape } from '#engine/aql';
import { completionsAt, type TextCompletion } from '../../editor/text-completion.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { isOneObject, whereText } from './collection-text.ts';
import './where-field.css';

export interface WhereFieldProps {
  readonly collection: string;
  readonly where: string;
  readonly onWhere: (where: string) => void;
  /** Tells whether another filter is typed than the one that is applied. */
  readonly onDraft: (isDraft: boolean) => void;
  readonly catalog: CatalogShape;
  readonly samples: CatalogSamples;
}

/** The filter as it is written in AQL, with completion: arrows go through the list, Tab or Enter take what is marked. */
export function WhereField(props: WhereFieldProps) {
  const { where, onWhere } = props;
  const [typed, setTyped] = useState(where);
  const [applied, setApplied] = useState(where);
  const [cursor, setCursor] = useState<number>();
  const [marked, setMarked] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const nextCursor = useRef<number>(undefined);
  const listId = useId();
  if (applied !== where) {
    setApplied(where);
    setTyped(where);
    setCursor(undefined);
  }
  const text = whereText(typed);
  const isWrong = text !== '' && !isOneObject(text);
  const items = useCompletions(props, typed, cursor);
  const chosen = items[marked];
  useLayoutEffect(() => {
    if (nextCursor.current === undefined) return;
    input.current?.setSelectionRange(nextCursor.current, nextCursor.current);
    nextCursor.current = undefined;
  });
  const type = (next: string) => {
    setTyped(next);
    props.onDraft(whereText(next) !== where);
  };
  const close = () => {
    setCursor(undefined);
    setMarked(-1);
  };
  const take = (item: TextCompletion) => {
    nextCursor.current = item.offset;
    type(item.text);
    setCursor(item.offset);
    setMarked(-1);
    input.current?.focus();
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const asks = event.key === ' ' && event.ctrlKey;
    if (asks || (step !== 0 && items.length === 0)) {
      setCursor(event.currentTarget.selectionStart ?? typed.length);
    } else if (step !== 0) setMarked((marked + step + items.length) % items.length);
    else if (chosen !== undefined && (event.key === 'Enter' || event.key === 'Tab')) take(chosen);
    else if (event.key === 'Enter') {
      close();
      if (!isWrong) onWhere(text);
    } else if (event.key === 'Escape' && items.length > 0) close();
    else if (event.key === 'Escape') type(where);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="data-where">
      <TextField
        ref={input}
        label="Filter"
        isLabelHidden
        isMono
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={chosen === undefined ? undefined : `${listId}-${marked}`}
        placeholder='Filter, as in "where": year: { gte: 1995 }'
        icon={<Filter size={14} />}
        value={typed}
        error={
          isWrong && items.length === 0
            ? 'A bracket or quote is not closed, or closes too much. The filter stays as it was.'
            : undefined
        }
        onChange={(event) => {
          type(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setMarked(-1);
        }}
        onKeyDown={pressed}
        onBlur={close}
        end={
          typed === '' ? undefined : (
            <IconButton
              label="Clear filter"
              size="small"
              icon={<X size={14} />}
              onClick={() => {
                type('');
                onWhere('');
              }}
            />
          )
        }
      />
      <Completions {...{ listId, items, marked }} onTake={take} />
    </div>
  );
}

function Completions(props: {
  readonly listId: string;
  readonly items: readonly TextCompletion[];
  readonly marked: number;
  readonly onTake: (item: TextCompletion) => void;
}) {
  const { listId, items, marked, onTake } = props;
  return (
    <div
      id={listId}
      role="listbox"
      aria-label="What may stand here"
      className="where-list"
      hidden={items.length === 0}
    >
      {items.map((item, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the line above.
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the line, as the pattern wants it.
        <div
          key={item.label}
          id={`${listId}-${at}`}
          role="option"
          aria-selected={at === marked}
          className={classNames('choice', at === marked && 'is-marked')}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(item)}
        >
          <span>{item.label}</span>
          <span className="choice-detail">{item.detail}</span>
        </div>
      ))}
    </div>
  );
}

const none: readonly TextCompletion[] = [];

/** What may stand at the cursor; nothing while it is not asked for. */
function useCompletions(
  { collection, catalog, samples }: WhereFieldProps,
  typed: string,
  cursor: number | undefined,
): readonly TextCompletion[] {
  const document = `filter:${useId()}`;
  const [found, setFound] = useState(none);
  useEffect(() => {
    if (cursor === undefined) {
      setFound(none);
      return undefined;
    }
    let isWanted = true;
    // The inside of the filter may be typed without its braces.
    const before = `query { ${collection}(where: ${typed.trimStart().startsWith('{') ? '' : '{ '}`;
    const place = { document, before, text: typed, offset: cursor, catalog, samples };
    completionsAt(place).then(
      (items) => {
        if (isWanted) setFound(items);
      },
      // The filter can be typed without help, and the editor says that the language service failed.
      () => setFound(none),
    );
    return () => {
      isWanted = false;
    };
  }, [document, collection, catalog, samples, typed, cursor]);
  return found;
}
