import { Popover } from 'radix-ui';
import { type KeyboardEvent, useCallback, useId, useMemo, useRef, useState } from 'react';
import type { FieldInfo, WireValue } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import { Button } from '../../ui/button.tsx';
import './editing.css';
import type { EditableCell } from './grid-actions.ts';
import {
  absenceProblem,
  isStructured,
  type TypedValue,
  textOfValue,
  typedValue,
} from './value-text.ts';

export interface CellEditorProps {
  readonly anchor: HTMLElement;
  readonly cell: EditableCell;
  /** What was typed to open it; the value's own text when absent. */
  readonly initialText: string | undefined;
  /** Values to choose from: what documents hold, or the two that there are. */
  readonly suggestions: readonly string[];
  /** Takes the value, `undefined` unsets the field; then the focus moves on. */
  readonly onTake: (value: WireValue | undefined, move: 'stay' | 'down' | 'right' | 'left') => void;
  readonly onCancel: () => void;
}

/** The editor of one cell, laid over it: text with the rules of its type, and the ways to have no value. */
export function CellEditor(props: CellEditorProps) {
  const { anchor, cell, onTake, onCancel } = props;
  const { field, value } = cell;
  const [text, setText] = useState(props.initialText ?? textOfValue(value));
  const isWide = isStructured(field.type);
  const input = useRef<HTMLElement | null>(null);
  const listId = useId();
  const noteId = useId();
  const anchorRef = useMemo(() => ({ current: anchor }), [anchor]);
  const isUntouched = props.initialText === undefined && text === textOfValue(value);
  const typed = isUntouched ? undefined : checkedValue(text, cell);
  const problem = typed?.kind === 'wrong' ? typed.message : undefined;

  const { initialText } = props;
  const begin = useCallback(
    (element: (HTMLInputElement & HTMLTextAreaElement) | null) => {
      input.current = element;
      element?.focus({ preventScroll: true });
      // What was typed goes on; what was there is replaced by typing.
      if (initialText === undefined) element?.select();
      else element?.setSelectionRange(element.value.length, element.value.length);
    },
    [initialText],
  );

  const take = (move: 'stay' | 'down' | 'right' | 'left') => {
    if (typed === undefined) onCancel();
    else if (typed.kind === 'value') onTake(typed.value, move);
  };
  const pressed = (event: KeyboardEvent) => {
    event.stopPropagation();
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && (!isWide || isCommand)) take('down');
    else if (event.key === 'Tab' && event.target === input.current && problem === undefined) {
      take(event.shiftKey ? 'left' : 'right');
    } else return;
    event.preventDefault();
  };
  const shared = {
    ref: begin,
    value: text,
    'aria-label': `${field.name}, ${typeText(field.type, field.nullable)}`,
    'aria-invalid': problem !== undefined,
    'aria-describedby': noteId,
    spellCheck: false,
  };
  return (
    <Popover.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onCancel())}>
      <Popover.Anchor virtualRef={anchorRef} />
      <Popover.Portal>
        <Popover.Content
          className={isWide ? 'cell-editor is-wide' : 'cell-editor'}
          aria-label={`Edit ${field.name}`}
          side="bottom"
          align="start"
          sideOffset={-anchor.offsetHeight}
          avoidCollisions={isWide}
          style={{ minWidth: Math.max(anchor.offsetWidth, isWide ? 420 : 220) }}
          onKeyDown={pressed}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {isWide ? (
            <textarea {...shared} rows={6} onChange={(event) => setText(event.target.value)} />
          ) : (
            <input
              {...shared}
              list={props.suggestions.length > 0 ? listId : undefined}
              autoComplete="off"
              onChange={(event) => setText(event.target.value)}
            />
          )}
          <datalist id={listId}>
            {props.suggestions.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <div className="cell-editor-foot">
            <span
              id={noteId}
              className={problem === undefined ? '' : 'is-wrong'}
              aria-live="polite"
            >
              {problem ?? hintOf(field, isWide)}
            </span>
            <Absences field={field} onTake={(given) => onTake(given, 'stay')} />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function checkedValue(text: string, { field, problemOf }: EditableCell): TypedValue {
  const typed = typedValue(text, field);
  const message = typed.kind === 'value' ? problemOf?.(typed.value) : undefined;
  return message === undefined ? typed : { kind: 'wrong', message };
}

function Absences(props: {
  readonly field: FieldInfo;
  readonly onTake: (value: WireValue | undefined) => void;
}) {
  const { field, onTake } = props;
  const initial = field.default?.kind === 'value' ? field.default.value : undefined;
  const mayBeAbsent = absenceProblem(field) === undefined;
  return (
    <span className="cell-editor-acts">
      {mayBeAbsent && (
        <>
          <Button look="quiet" onClick={() => onTake(null)}>
            Null
          </Button>
          <Button look="quiet" onClick={() => onTake(undefined)}>
            Unset
          </Button>
        </>
      )}
      {initial !== undefined && (
        <Button look="quiet" onClick={() => onTake(initial)}>
          Default
        </Button>
      )}
    </span>
  );
}

function hintOf({ type }: FieldInfo, isWide: boolean): string {
  if (isWide) return 'JSON. Ctrl+Enter takes it.';
  if (type.kind === 'scalar' && type.name === 'DateTime') return 'Without a zone: your own time.';
  return '';
}
