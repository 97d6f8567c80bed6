import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from 'react';
import type { QueryEditor, RunTarget } from './editor-pane.tsx';

/**
 * The text in a plain field, for the moment until the real editor is loaded, and for as long as it cannot be. It can
 * be typed into and run; Run takes the selection, or the whole text.
 */
export function PlainEditor(props: {
  readonly text: string;
  readonly onTextChange: (text: string) => void;
  readonly onRun: (target: RunTarget) => void;
  readonly ref: Ref<QueryEditor>;
}) {
  const { text, onTextChange, onRun, ref } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(
    ref,
    () => ({
      focus: () => field.current?.focus(),
      format: () => undefined,
      reveal: ({ start, end }) => {
        field.current?.focus();
        field.current?.setSelectionRange(start, end);
      },
      run: () => {
        const start = field.current?.selectionStart ?? 0;
        const end = field.current?.selectionEnd ?? 0;
        const span = start < end ? { start, end } : { start: 0, end: text.length };
        onRun({ text: text.slice(span.start, span.end), span });
      },
    }),
    [text, onRun],
  );
  const pressed = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Tab' || event.shiftKey) return;
    event.preventDefault();
    document.execCommand('insertText', false, '  ');
  };
  return (
    <textarea
      ref={field}
      className="plain-editor"
      aria-label="AQL text"
      spellCheck={false}
      value={text}
      onChange={(event) => onTextChange(event.target.value)}
      onKeyDown={pressed}
    />
  );
}
