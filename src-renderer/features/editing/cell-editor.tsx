import { Popover } from 'radix-ui';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { CollectionInfo, DatabaseId, WireValue } from '#contract';
import type { JsonEditorHandle, JsonHint } from '../../editor/json-editor.tsx';
import { absenceActs, actOf, type CellAct, CellActs } from './cell-acts.tsx';
import { CellForm, withPastedLines } from './cell-form.tsx';
import type { Choice } from './choices.ts';
import './editing.css';
import type { EditableCell } from './grid-actions.ts';
import { useCellDraft } from './use-cell-draft.ts';
import { useOthersValue } from './use-others-value.ts';

/** Where the focus goes from a cell: `away` when it is elsewhere already. */
export type Move = 'stay' | 'down' | 'right' | 'left' | 'away';

export interface CellEditorProps {
  readonly anchor: HTMLElement;
  readonly cell: EditableCell;
  readonly database: DatabaseId;
  /** What was typed to open it; the value's own text when absent. */
  readonly initialText: string | undefined;
  /** Values that documents hold. */
  readonly suggestions: readonly Choice[];
  /** The collection that the field refers to. */
  readonly target: CollectionInfo | undefined;
  readonly hints: readonly JsonHint[];
  /** Takes the value, `undefined` unsets the field; then the focus moves on. */
  readonly onTake: (value: WireValue | undefined, move: Move) => void;
  /** Nothing is taken: nothing was typed, or it was thrown away. */
  readonly onCancel: (move: Move) => void;
}

/**
 * The editor of one cell, laid over it: the form that its type needs, its rules, and the ways to have no value. Whoever
 * leaves it takes what was typed; what cannot be a value keeps it open. Only Escape throws away.
 */
export function CellEditor(props: CellEditorProps) {
  const { anchor, cell, onTake, onCancel, initialText } = props;
  const { field, value } = cell;
  const draft = useCellDraft(props);
  const others = useOthersValue(cell, props.database);
  const { form, outcome, isGrown } = draft;
  const content = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLElement | null>(null);
  const jsonEditor = useRef<JsonEditorHandle>(null);
  const noteId = useId();
  const anchorRef = useMemo(() => ({ current: placeOf(anchor) }), [anchor]);
  const begin = useCallback(
    (element: HTMLInputElement | HTMLTextAreaElement | null) => {
      input.current = element;
      element?.focus({ preventScroll: true });
      // What was typed goes on; what was there is replaced by typing.
      if (initialText === undefined && !isGrown) element?.select();
      else element?.setSelectionRange(element.value.length, element.value.length);
    },
    [initialText, isGrown],
  );
  const take = (move: Move) => {
    if (outcome.kind === 'nothing') onCancel(move);
    else if (outcome.kind === 'value') onTake(outcome.value, move);
    else draft.refuse();
  };
  const leave = () => {
    take('away');
    if (outcome.kind !== 'wrong') return false;
    // Where what was clicked takes the focus all the same, it comes back.
    setTimeout(() => (jsonEditor.current ?? input.current)?.focus({ preventScroll: true }));
    return true;
  };
  useLeaving(content, leave);
  const zoneAct: CellAct = {
    label: draft.zone === 'utc' ? 'Use local time' : 'Use UTC',
    keys: 'Alt+Z',
    run: () => {
      draft.changeZone();
      input.current?.focus();
    },
  };
  const acts = [
    ...(form === 'date' ? [zoneAct] : []),
    ...absenceActs(field, (given) => onTake(given, 'stay')),
  ];
  const pressed = (event: KeyboardEvent) => {
    event.stopPropagation();
    // The keys of an input method are its own.
    if (event.nativeEvent.isComposing) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const act = actOf(event, acts);
    if (act !== undefined) act.run();
    else if (event.key === 'Escape') onCancel('stay');
    else if (event.key === 'Enter' && (form !== 'json' || isCommand) && !isButton(event.target)) {
      // Shift makes another line.
      if (form === 'text' && event.shiftKey) return;
      if (draft.mayGrow && event.shiftKey) draft.grow(`${draft.text}\n`);
      else take('down');
    } else if (event.key === 'Tab' && event.target === input.current) {
      take(event.shiftKey ? 'left' : 'right');
    } else return;
    event.preventDefault();
  };
  const pasted = (event: ClipboardEvent) => {
    const lines = draft.mayGrow ? withPastedLines(draft.text, event) : undefined;
    if (lines !== undefined) draft.grow(lines);
  };
  const isLong = form === 'text' && typeof value === 'string' && value.length > 40;
  // An element that is drawn no more has no size.
  const [size] = useState(() => ({ width: anchor.offsetWidth, height: anchor.offsetHeight }));
  const widthMin = form === 'json' ? 460 : isLong ? 420 : 240;
  return (
    <Popover.Root open onOpenChange={(isOpen) => void (isOpen || leave())}>
      <Popover.Anchor virtualRef={anchorRef} />
      <Popover.Portal>
        <Popover.Content
          ref={content}
          className={form === 'json' ? 'cell-editor is-wide' : 'cell-editor'}
          aria-label={`Edit ${field.name}`}
          side="bottom"
          align="start"
          sideOffset={-size.height}
          collisionPadding={4}
          style={{ minWidth: Math.max(size.width, widthMin) }}
          onKeyDown={pressed}
          onPaste={pasted}
          // Escape closes a list of completions first; what is left of it comes as a key.
          onEscapeKeyDown={(event) => event.preventDefault()}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <CellForm
            {...{ draft, field, noteId }}
            hints={props.hints}
            isBegun={initialText !== undefined}
            input={begin}
            jsonEditor={jsonEditor}
            onChoose={(choice) => onTake(choice, 'down')}
            onTake={() => take('down')}
            onEscape={() => onCancel('stay')}
          />
          {others !== undefined && (
            <p className="cell-editor-others" role="status">
              {others}
            </p>
          )}
          <div className="cell-editor-foot">
            <span
              id={noteId}
              className={draft.note.look === 'plain' ? '' : `is-${draft.note.look}`}
              aria-live="polite"
            >
              {draft.note.text}
            </span>
            <CellActs acts={acts} />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/**
 * Calls `leave` when something outside is pressed: before that does what it does, which may be to take the editor from
 * the page, or to undo. Where `leave` says that the editor stays, so does the focus: the next key is typed into it.
 */
function useLeaving(content: RefObject<HTMLElement | null>, leave: () => boolean): void {
  const leaveNow = useEffectEvent(leave);
  useEffect(() => {
    const ended = new AbortController();
    const options = { capture: true, signal: ended.signal };
    const pressed = ({ target }: PointerEvent) => {
      const isOutside = target instanceof Node && content.current?.contains(target) === false;
      if (!isOutside || !leaveNow()) return;
      const keepFocus = (event: MouseEvent) => event.preventDefault();
      document.addEventListener('mousedown', keepFocus, { ...options, once: true });
    };
    document.addEventListener('pointerdown', pressed, options);
    return () => ended.abort();
  }, [content]);
}

/** Where the cell stands; or stood last, when it is drawn no more. */
function placeOf(anchor: HTMLElement): { readonly getBoundingClientRect: () => DOMRect } {
  let place = anchor.getBoundingClientRect();
  return {
    getBoundingClientRect: () => {
      if (anchor.isConnected) place = anchor.getBoundingClientRect();
      return place;
    },
  };
}

function isButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button') !== null;
}
