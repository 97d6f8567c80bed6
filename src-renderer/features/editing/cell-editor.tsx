import { Popover } from 'radix-ui';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  useCallback,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { CollectionInfo, DatabaseId, FieldInfo, WireValue } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import type { JsonHint } from '../../editor/json-editor.tsx';
import { LazyJsonEditor } from '../../editor/lazy-json-editor.tsx';
import { typeText } from '../../grid/cell-value.ts';
import { Button } from '../../ui/button.tsx';
import { ChipsInput } from './chips-input.tsx';
import { ChoiceInput } from './choice-input.tsx';
import { booleanChoices, type Choice, fittingChoices, isBoolean } from './choices.ts';
import { type DateZone, dateText, otherZoneText, withZone } from './date-zone.ts';
import './editing.css';
import type { EditableCell } from './grid-actions.ts';
import { useReferenceChoices } from './use-reference-choices.ts';
import { useUniqueProblem } from './use-unique-problem.ts';
import {
  absenceProblem,
  isStructured,
  type TypedValue,
  textOfValue,
  typedValue,
} from './value-text.ts';

export type Move = 'stay' | 'down' | 'right' | 'left';

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
  readonly onCancel: () => void;
}

/** How a value is typed, by its type. */
type Form = 'line' | 'text' | 'choice' | 'reference' | 'date' | 'chips' | 'json';

function formOf(
  { field: { type, references }, value }: EditableCell,
  suggestions: readonly Choice[],
): Form {
  if (type.kind === 'list') {
    const { element } = type;
    const isScalar =
      element.kind === 'scalar' && element.name !== 'Object' && element.name !== 'Any';
    return isScalar ? 'chips' : 'json';
  }
  if (references !== undefined) return 'reference';
  if (isStructured(type)) return 'json';
  if (type.name === 'DateTime') return 'date';
  // A field of one line would drop the ends of lines without a word.
  if (typeof value === 'string' && /[\r\n]/.test(value)) return 'text';
  if (type.name === 'Boolean' || suggestions.length > 0) return 'choice';
  return type.name === 'String' ? 'text' : 'line';
}

/** The editor of one cell, laid over it: the form that its type needs, its rules, and the ways to have no value. */
export function CellEditor(props: CellEditorProps) {
  const { anchor, cell, onTake, onCancel, initialText, suggestions } = props;
  const { field, value } = cell;
  // A line among choices becomes a text of several lines when a second line is typed or pasted.
  const [isGrown, setGrown] = useState(false);
  const form = isGrown ? 'text' : formOf(cell, suggestions);
  const isJson = form === 'json';
  const isLong = form === 'text' && typeof value === 'string' && value.length > 40;
  const [savedZone, setZone] = useSetting('data.zone');
  const zone: DateZone = savedZone === 'utc' ? 'utc' : 'local';
  const firstText = form === 'date' ? dateText(value, zone) : textOfValue(value, isJson);
  const [text, setText] = useState(
    initialText !== undefined && form !== 'chips' ? initialText : firstText,
  );
  const input = useRef<HTMLElement | null>(null);
  const noteId = useId();
  const anchorRef = useMemo(() => ({ current: anchor }), [anchor]);
  const isUntouched = initialText === undefined && text === firstText;
  const typed = isUntouched ? undefined : checkedValue(withZone(text, field, zone), cell);
  const found = useReferenceChoices(props.database, props.target, isUntouched ? '' : text);
  const given = isBoolean(field) ? booleanChoices : suggestions;
  const choices =
    form === 'reference' ? found.choices : fittingChoices(given, isUntouched ? '' : text);
  // What names a document that is found is no id, and no fault either.
  const isNamed = form === 'reference' && choices.length > 0;
  const taken = useUniqueProblem(cell, typed);
  const problem = typed?.kind === 'wrong' && !isNamed ? typed.message : taken;
  // The engine takes a reference to nothing; a person should know of it.
  const isLost =
    form === 'reference' && typed?.kind === 'value' && found.isCurrent && choices.length === 0;
  const doubt = isLost ? `${field.references ?? 'It'} has no document of this id.` : undefined;
  // What is staged may be wrong already: pasted, or by now taken.
  const fault = problem ?? (isUntouched ? cell.problem : undefined);

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
  const mayGrow = form === 'choice' && field.type.kind === 'scalar' && field.type.name === 'String';
  const grow = (next: string) => {
    setText(next);
    setGrown(true);
  };
  const pasted = (event: ClipboardEvent) => {
    const lines = mayGrow ? withPastedLines(text, event) : undefined;
    if (lines !== undefined) grow(lines);
  };

  const take = (move: Move) => {
    if (typed === undefined) onCancel();
    else if (typed.kind === 'value' && taken === undefined) onTake(typed.value, move);
  };
  const pressed = (event: KeyboardEvent) => {
    event.stopPropagation();
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && (!isJson || isCommand) && !isButton(event.target)) {
      // Shift makes another line.
      if (form === 'text' && event.shiftKey) return;
      if (mayGrow && event.shiftKey) grow(`${text}\n`);
      else take('down');
    } else if (event.key === 'Tab' && event.target === input.current && problem === undefined) {
      take(event.shiftKey ? 'left' : 'right');
    } else return;
    event.preventDefault();
  };
  const label = `${field.name}, ${typeText(field.type, field.nullable)}`;
  const shared = { input: begin, label, noteId, isWrong: problem !== undefined };
  const takeItems = (items: readonly string[], move: Move) => {
    const value = checkedValue(listText(items, field), cell);
    if (value.kind === 'value') onTake(value.value, move);
    else setText(listText(items, field));
  };
  const changeZone = (next: DateZone) => {
    setZone(next);
    setText(isUntouched ? dateText(value, next) : text);
    input.current?.focus();
  };
  return (
    <Popover.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onCancel())}>
      <Popover.Anchor virtualRef={anchorRef} />
      <Popover.Portal>
        <Popover.Content
          className={isJson ? 'cell-editor is-wide' : 'cell-editor'}
          aria-label={`Edit ${field.name}`}
          side="bottom"
          align="start"
          sideOffset={-anchor.offsetHeight}
          collisionPadding={4}
          style={{ minWidth: Math.max(anchor.offsetWidth, isJson ? 460 : isLong ? 420 : 240) }}
          onKeyDown={pressed}
          onPaste={pasted}
          // Escape closes a list of completions first; what is left of it comes as a key.
          onEscapeKeyDown={(event) => event.preventDefault()}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {form === 'json' && (
            <div className="cell-editor-json">
              <LazyJsonEditor
                value={text}
                label={label}
                hints={props.hints}
                onChange={setText}
                onTake={() => take('down')}
              />
            </div>
          )}
          {(form === 'choice' || form === 'reference') && (
            <ChoiceInput
              {...shared}
              text={text}
              choices={choices}
              isStrict={isBoolean(field) || (form === 'reference' && found.isCurrent)}
              onText={setText}
              onChoose={(choice, move) => onTake(choice.value, move)}
            />
          )}
          {form === 'chips' && (
            <ChipsInput
              {...shared}
              items={itemsIn(text)}
              initialText={initialText}
              onItems={(items) => setText(listText(items, field))}
              onTake={(items, move) =>
                listText(items, field) === firstText ? onCancel() : takeItems(items, move)
              }
            />
          )}
          {(form === 'text' || form === 'line' || form === 'date') && (
            <PlainField {...shared} hasLines={form === 'text'} text={text} onText={setText} />
          )}
          <div className="cell-editor-foot">
            <span
              id={noteId}
              className={fault === undefined ? (isLost ? 'is-doubtful' : '') : 'is-wrong'}
              aria-live="polite"
            >
              {fault ?? doubt ?? hintOf(form, typed, zone)}
            </span>
            <span className="cell-editor-acts">
              {form === 'date' && <ZoneSwitch zone={zone} onZone={changeZone} />}
              <Absences field={field} onTake={(given) => onTake(given, 'stay')} />
            </span>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A field for what is typed as it is: of one line, or of as many as the text has. */
function PlainField(props: {
  readonly input: (element: HTMLInputElement | HTMLTextAreaElement | null) => void;
  readonly text: string;
  readonly hasLines: boolean;
  readonly label: string;
  readonly noteId: string;
  readonly isWrong: boolean;
  readonly onText: (text: string) => void;
}) {
  const { text, hasLines, label, noteId, isWrong, onText } = props;
  const common = {
    ...{ ref: props.input, value: text, autoComplete: 'off', spellCheck: false },
    ...{ 'aria-label': label, 'aria-invalid': isWrong, 'aria-describedby': noteId },
  };
  return hasLines ? (
    <textarea {...common} rows={linesOf(text)} onChange={(event) => onText(event.target.value)} />
  ) : (
    <input {...common} onChange={(event) => onText(event.target.value)} />
  );
}

/** The text with what is pasted into its field, where that has several lines; then the field does not take it. */
function withPastedLines(text: string, event: ClipboardEvent): string | undefined {
  const more = event.clipboardData.getData('text');
  const { target } = event;
  if (!/[\r\n]/.test(more) || !(target instanceof HTMLInputElement)) return undefined;
  event.preventDefault();
  const { selectionStart, selectionEnd } = target;
  return `${text.slice(0, selectionStart ?? 0)}${more}${text.slice(selectionEnd ?? 0)}`;
}

function ZoneSwitch(props: { readonly zone: DateZone; readonly onZone: (zone: DateZone) => void }) {
  const { zone, onZone } = props;
  return (
    <Button look="quiet" onClick={() => onZone(zone === 'utc' ? 'local' : 'utc')}>
      {zone === 'utc' ? 'Use local time' : 'Use UTC'}
    </Button>
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
    <>
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
    </>
  );
}

/** The elements of a list as they are typed; texts stand without their quotes. */
function itemsIn(text: string): readonly string[] {
  if (text.trim() === '') return [];
  try {
    const items: unknown = JSON.parse(text);
    if (Array.isArray(items)) return items.map((item) => textOfItem(item));
  } catch {
    // What was pasted and does not fit may be any text: its words are the elements.
  }
  return text.split(',').map((item) => item.trim());
}

function textOfItem(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}

function listText(items: readonly string[], { type }: FieldInfo): string {
  const element = type.kind === 'list' ? type.element : type;
  const field = { name: '', type: element, nullable: true, unique: false, indexed: false };
  const values = items.map((item): WireValue => {
    const typed = typedValue(item, field);
    return typed.kind === 'value' ? typed.value : item;
  });
  return JSON.stringify(values);
}

const linesMax = 8;
const lineLength = 48;

/** Lines that a text needs in the editor, as far as they are shown at once. */
function linesOf(text: string): number {
  let lines = 0;
  for (const line of text.slice(0, 4_000).split('\n')) {
    lines += Math.max(1, Math.ceil(line.length / lineLength));
  }
  return Math.min(lines, linesMax);
}

function isButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button') !== null;
}

function hintOf(form: Form, typed: TypedValue | undefined, zone: DateZone): string {
  switch (form) {
    case 'json':
      return 'JSON. Ctrl+Enter takes it.';
    case 'chips':
      return 'Enter adds; Enter again takes the list.';
    case 'reference':
      return 'Type what names it, or an id.';
    case 'date':
      return otherZoneText(typed, zone);
    case 'text':
      return 'Shift+Enter begins a line.';
    case 'line':
    case 'choice':
      return '';
  }
}
