/*
 * Takes the text until Monaco is there, which goes on with it. Nothing of what a person does is lost between the two:
 * Monaco takes over in one task, with the text, the selection and the focus of that task, and not while an input method
 * composes or the mouse selects.
 */
import {
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import type { Span } from '#engine/aql';
import {
  fieldTextOf,
  placeInField,
  spanInField,
  type TextPlace,
  textOfField,
} from './field-text.ts';
import './plain-editor.css';

/** How Monaco goes on with what was done before it was there. */
export interface EditorStart {
  /** What stood there before anything was typed: undoing leads back to it. */
  readonly textBefore: string;
  /** Where the selection began, and where it ends with the cursor. */
  readonly anchor: TextPlace;
  readonly cursor: TextPlace;
  readonly hasFocus: boolean;
}

export interface PlainEditorHandle {
  readonly focus: () => void;
  /** How it stands at this moment. */
  readonly start: () => EditorStart;
  /** Calls back as soon as nothing is being composed or selected: at once, as a rule. */
  readonly whenAtRest: (act: () => void) => void;
}

interface PlainEditorProps {
  readonly ref: Ref<PlainEditorHandle>;
  readonly value: string;
  readonly label: string;
  readonly look: 'aql' | 'json';
  /** What is selected at first. */
  readonly firstPlace: Span;
  /** True takes the focus as it comes. */
  readonly takesFocus: boolean;
  /** What Tab inserts; without it, Tab moves the focus. */
  readonly tabText: string | undefined;
  readonly onChange: (text: string) => void;
  /** Takes the text: Mod+Enter. */
  readonly onTake: () => void;
}

/** What keeps Monaco waiting, and what is done when nothing does any more. */
interface Rest {
  readonly isComposing: boolean;
  readonly isSelecting: boolean;
  readonly act: (() => void) | undefined;
}

const atRest: Rest = { isComposing: false, isSelecting: false, act: undefined };

export function PlainEditor(props: PlainEditorProps) {
  const { value, label, look, tabText, onChange, onTake } = props;
  const element = useRef<HTMLTextAreaElement>(null);
  const first = useRef(props);
  const typed = useRef({ text: value, textBefore: value });
  const rest = useRef(atRest);
  const fieldText = fieldTextOf(value);

  useLayoutEffect(() => {
    const { firstPlace, takesFocus, value: firstValue } = first.current;
    const { start, end } = spanInField(firstValue, firstPlace);
    element.current?.setSelectionRange(start, end);
    if (takesFocus) element.current?.focus({ preventScroll: true });
  }, []);
  useImperativeHandle(props.ref, () => ({
    focus: () => element.current?.focus({ preventScroll: true }),
    start: () => {
      const { selectionStart = 0, selectionEnd = 0, selectionDirection } = element.current ?? {};
      const start = placeInField(fieldText, selectionStart);
      const end = placeInField(fieldText, selectionEnd);
      const { text, textBefore } = typed.current;
      return {
        textBefore: text === value ? textBefore : value,
        ...(selectionDirection === 'backward'
          ? { anchor: end, cursor: start }
          : { anchor: start, cursor: end }),
        hasFocus: element.current !== null && element.current === document.activeElement,
      };
    },
    whenAtRest: (act) => {
      const { isComposing, isSelecting } = rest.current;
      if (isComposing || isSelecting) rest.current = { ...rest.current, act };
      else act();
    },
  }));
  const change = (next: string) => {
    const text = textOfField(next, value);
    const { text: last, textBefore } = typed.current;
    // Where another text was given meanwhile, undoing leads back to that one.
    typed.current = { text, textBefore: last === value ? textBefore : value };
    onChange(text);
  };
  const settle = (part: Partial<Rest>) => {
    rest.current = { ...rest.current, ...part };
    // The event that ends it has still to be told to others.
    setTimeout(() => {
      const { isComposing, isSelecting, act } = rest.current;
      if (isComposing || isSelecting || act === undefined) return;
      rest.current = atRest;
      act();
    });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === 'Enter' && isCommand) onTake();
    else if (event.key === 'Tab' && !event.shiftKey && !isCommand && tabText !== undefined) {
      // What is inserted so can be undone like all that is typed.
      document.execCommand('insertText', false, tabText);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pointed = (event: PointerEvent) => {
    if (event.button !== 0) return;
    settle({ isSelecting: true });
    const ended = new AbortController();
    const end = () => {
      ended.abort();
      settle({ isSelecting: false });
    };
    const options = { capture: true, signal: ended.signal };
    for (const kind of ['pointerup', 'pointercancel']) window.addEventListener(kind, end, options);
  };
  return (
    <textarea
      ref={element}
      className={`plain-editor is-${look}`}
      aria-label={label}
      spellCheck={false}
      autoComplete="off"
      value={fieldText}
      onChange={(event) => change(event.target.value)}
      onKeyDown={pressed}
      onPointerDown={pointed}
      onCompositionStart={() => settle({ isComposing: true })}
      onCompositionEnd={() => settle({ isComposing: false })}
      onBlur={() => settle({ isComposing: false, isSelecting: false })}
    />
  );
}
