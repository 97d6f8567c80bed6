import { type Ref, useEffectEvent, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import './aql-editor.css';
import { jsonPlaceAt } from './json-place.ts';
import { monaco } from './monaco.ts';
import { followPageTheme, pageFont } from './page-theme.ts';
import type { EditorStart } from './plain-editor.tsx';
import { goOn } from './typed-before.ts';

/** What is known of a member of the value: completion offers it. */
export interface JsonHint {
  /** Names from the outside, with dots between them. */
  readonly path: string;
  /** Its type, as the schema has it. */
  readonly detail: string;
  /** Values that documents hold, as JSON. */
  readonly values: readonly string[];
}

/** A member of the outermost object that is not as it must be. */
export interface JsonFault {
  readonly member: string;
  readonly message: string;
}

export interface JsonEditorHandle {
  readonly focus: () => void;
}

export interface JsonEditorProps {
  readonly ref?: Ref<JsonEditorHandle>;
  readonly value: string;
  readonly label: string;
  readonly hints: readonly JsonHint[];
  /** What is wrong with a text beyond being JSON; marked where it stands. */
  readonly faultsOf?: (text: string) => readonly JsonFault[];
  /** True when the value is the beginning of what is typed: it goes on, and replaces nothing. */
  readonly isBegun?: boolean;
  /** What was done before the editor was there; `undefined` when it is there at once. */
  readonly start: EditorStart | undefined;
  readonly onChange: (text: string) => void;
  /** Takes the text: Mod+Enter. */
  readonly onTake: () => void;
  /** Escape, when it closes nothing inside the editor. Without it, Escape stays with the editor. */
  readonly onEscape?: () => void;
}

const languageId = 'json';

/** A small editor for JSON that takes the focus. Loaded lazily: import `LazyJsonEditor` instead. */
export function JsonEditor(props: JsonEditorProps) {
  const element = useRef<HTMLDivElement>(null);
  const opened = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const first = useRef(props);
  useImperativeHandle(props.ref, () => ({ focus: () => opened.current?.focus() }), []);
  const change = useEffectEvent((text: string) => props.onChange(text));
  const take = useEffectEvent(() => props.onTake());
  const leave = useEffectEvent(() => props.onEscape?.());
  const hintsNow = useEffectEvent(() => props.hints);
  const faultsNow = useEffectEvent((text: string) => props.faultsOf?.(text) ?? []);

  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    registerLanguage();
    const { value, isBegun = false, start } = first.current;
    const model = monaco.editor.createModel(start?.textBefore ?? value, languageId);
    const editor = monaco.editor.create(element.current, {
      ...{ model, ariaLabel: first.current.label, ...pageFont(), ...editorOptions },
    });
    opened.current = editor;
    const all = model.getFullModelRange();
    if (isBegun) editor.setPosition(all.getEndPosition());
    else editor.setSelection(all);
    if (start !== undefined) goOn(editor, value, start);
    let isTelling = false;
    const tell = () => {
      isTelling = false;
      if (model.isDisposed()) return;
      mark(model, faultsNow(model.getValue()));
      // At once: the next key may take the text.
      flushSync(() => change(model.getValue()));
    };
    const disposables = [
      { dispose: followPageTheme() },
      model.onDidChangeContent(() => {
        // Monaco takes a text that comes in one piece as one edit per character.
        if (!isTelling) queueMicrotask(tell);
        isTelling = true;
      }),
      editor.addAction({
        id: 'json.take',
        label: 'Take the value',
        keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
        run: () => take(),
      }),
      ...(first.current.onEscape === undefined
        ? []
        : [
            editor.addAction({
              id: 'json.escape',
              label: 'Leave the value as it was',
              keybindings: [monaco.KeyCode.Escape],
              // The editor takes the first Escape for its selection, which is all of the text when it comes up.
              precondition: '!suggestWidgetVisible && !findWidgetVisible && !renameInputVisible',
              run: () => leave(),
            }),
          ]),
      monaco.languages.registerCompletionItemProvider(languageId, {
        triggerCharacters: ['"', ':', ' '],
        provideCompletionItems: (asked, position) =>
          asked === model ? { suggestions: suggestionsAt(model, position, hintsNow()) } : undefined,
      }),
    ];
    mark(model, faultsNow(model.getValue()));
    if (start?.hasFocus !== false) editor.focus();
    return () => {
      for (const each of disposables) each.dispose();
      editor.dispose();
      model.dispose();
    };
  }, []);
  return <div ref={element} className="aql-editor" />;
}

/** The members that may stand at a place, or the values of the member there. */
function suggestionsAt(
  model: monaco.editor.ITextModel,
  position: monaco.Position,
  hints: readonly JsonHint[],
): monaco.languages.CompletionItem[] {
  const place = jsonPlaceAt(model.getValue(), model.getOffsetAt(position));
  const line = model.getLineContent(position.lineNumber);
  const before = /"?[\w.-]*$/.exec(line.slice(0, position.column - 1))?.[0] ?? '';
  const after = line[position.column - 1] === '"' ? 1 : 0;
  const range = new monaco.Range(
    ...[position.lineNumber, position.column - before.length],
    ...[position.lineNumber, position.column + after],
  );
  const path = place?.path.join('.') ?? '';
  const item = (label: string, detail: string, insertText: string) => ({
    ...{ label, detail, insertText, range, filterText: JSON.stringify(label) },
    kind: monaco.languages.CompletionItemKind.Field,
  });
  if (place?.writes === 'value') {
    const hint = hints.find((each) => each.path === path);
    return (hint?.values ?? []).map((value) => item(value, hint?.detail ?? '', value));
  }
  return hints.flatMap((hint) => {
    const names = hint.path.split('.');
    const name = names.at(-1) ?? '';
    const isHere = names.slice(0, -1).join('.') === path;
    return isHere ? [item(name, hint.detail, `${JSON.stringify(name)}: `)] : [];
  });
}

/** Marks the place where the text stops being JSON, else the members that are not as they must be. */
function mark(model: monaco.editor.ITextModel, faults: readonly JsonFault[]): void {
  const text = model.getValue();
  const message = problemOf(text);
  const at = /position (\d+)/.exec(message ?? '')?.[1];
  const found =
    message === undefined
      ? faults.map((fault) => ({ ...memberSpan(text, fault.member), message: fault.message }))
      : [{ start: Number(at ?? text.length), length: 1, message }];
  const severity = monaco.MarkerSeverity.Error;
  const markers = found.map(({ start, length, message: said }) => {
    const from = model.getPositionAt(start);
    const { lineNumber, column } = from;
    const range = new monaco.Range(lineNumber, column, lineNumber, column + length);
    return { ...toMarker(range), message: said, severity };
  });
  monaco.editor.setModelMarkers(model, languageId, markers);
}

/** Where the name of a member of the outermost object stands; the beginning of the text for one that is not there. */
function memberSpan(
  text: string,
  member: string,
): { readonly start: number; readonly length: number } {
  const name = JSON.stringify(member);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const place = jsonPlaceAt(text, at);
    if (place?.writes === 'name' && place.path.length === 0) {
      return { start: at, length: name.length };
    }
  }
  return { start: 0, length: 1 };
}

function toMarker({ startLineNumber, startColumn, endLineNumber, endColumn }: monaco.Range) {
  return { startLineNumber, startColumn, endLineNumber, endColumn };
}

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function registerLanguage(): void {
  if (monaco.languages.getLanguages().some(({ id }) => id === languageId)) return;
  monaco.languages.register({ id: languageId });
  monaco.languages.setLanguageConfiguration(languageId, {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
  });
  monaco.languages.setMonarchTokensProvider(languageId, {
    tokenizer: {
      root: [
        [/"(?:\\.|[^"\\])*"(?=\s*:)/, 'key'],
        [/"(?:\\.|[^"\\])*"?/, 'string'],
        [/-?\d+(\.\d+)?([eE][+-]?\d+)?/, 'number'],
        [/\b(true|false|null)\b/, 'constant'],
        [/[{}[\],:]/, 'delimiter'],
      ],
    },
  });
}

const editorOptions: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fixedOverflowWidgets: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  tabSize: 2,
  lineNumbers: 'off',
  glyphMargin: false,
  folding: false,
  lineDecorationsWidth: 8,
  padding: { top: 6, bottom: 6 },
  renderLineHighlight: 'none',
  overviewRulerLanes: 0,
  wordWrap: 'on',
  // What is typed quickly or comes whole must stand there as it is.
  autoClosingBrackets: 'never',
  autoClosingQuotes: 'never',
  autoSurround: 'never',
  quickSuggestions: { other: true, strings: true, comments: false },
  suggest: { showWords: false, showStatusBar: false },
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
};
