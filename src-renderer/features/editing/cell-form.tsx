import type { ClipboardEvent, Ref } from 'react';
import type { FieldInfo, WireValue } from '#contract';
import type { JsonEditorHandle, JsonHint } from '../../editor/json-editor.tsx';
import { LazyJsonEditor } from '../../editor/lazy-json-editor.tsx';
import { typeText } from '../../grid/cell-value.ts';
import { ChipsInput } from './chips-input.tsx';
import { ChoiceInput } from './choice-input.tsx';
import type { CellDraft } from './use-cell-draft.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** The field into which the value of a cell is typed. */
export function CellForm(props: {
  readonly draft: CellDraft;
  readonly field: FieldInfo;
  readonly hints: readonly JsonHint[];
  /** True when its text is the beginning of what is typed. */
  readonly isBegun: boolean;
  readonly noteId: string;
  readonly input: (element: Field | null) => void;
  /** What is typed into instead where the value is JSON. */
  readonly jsonEditor: Ref<JsonEditorHandle>;
  readonly onChoose: (value: WireValue) => void;
  /** Takes what is typed, or throws it away: keys that the editor of JSON has for itself. */
  readonly onTake: () => void;
  readonly onEscape: () => void;
}) {
  const { draft, field, noteId, input, onChoose } = props;
  const label = `${field.name}, ${typeText(field.type, field.nullable)}`;
  const shared = { input, label, noteId, isWrong: draft.isWrong };
  switch (draft.form) {
    case 'json':
      return (
        <div className="cell-editor-json">
          <LazyJsonEditor
            ref={props.jsonEditor}
            value={draft.text}
            label={label}
            hints={props.hints}
            isBegun={props.isBegun}
            onChange={draft.setText}
            onTake={props.onTake}
            onEscape={props.onEscape}
          />
        </div>
      );
    case 'choice':
    case 'reference':
      return (
        <ChoiceInput
          {...shared}
          text={draft.text}
          choices={draft.choices}
          marked={draft.marked}
          onText={draft.setText}
          onChoose={(choice) => onChoose(choice.value)}
        />
      );
    case 'chips':
      return (
        <ChipsInput
          {...shared}
          items={draft.items}
          typed={draft.typedItem}
          onItems={draft.setItems}
          onTyped={draft.setTypedItem}
        />
      );
    case 'text':
    case 'line':
    case 'date':
      return (
        <PlainField
          {...shared}
          hasLines={draft.form === 'text'}
          text={draft.text}
          onText={draft.setText}
        />
      );
  }
}

/** A field for what is typed as it is: of one line, or of as many as the text has. */
function PlainField(props: {
  readonly input: (element: Field | null) => void;
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

/** The text with what is pasted into its field, where that has several lines; then the field does not take it. */
export function withPastedLines(text: string, event: ClipboardEvent): string | undefined {
  const more = event.clipboardData.getData('text');
  const { target } = event;
  if (!/[\r\n]/.test(more) || !(target instanceof HTMLInputElement)) return undefined;
  event.preventDefault();
  const { selectionStart, selectionEnd } = target;
  return `${text.slice(0, selectionStart ?? 0)}${more}${text.slice(selectionEnd ?? 0)}`;
}
