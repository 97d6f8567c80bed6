import type { RefObject } from 'react';
import type { AqlEditorHandle } from './aql-editor.tsx';
import type { PlainEditorHandle } from './plain-editor.tsx';

/** What can be asked of an editor that is not there yet, and is done when it is. */
export type AskedAct = 'run' | 'runAll' | 'explain';

/** A handle to an editor from before it is there: what it is asked to run waits, and the plain one has the focus. */
export function earlyHandle(options: {
  readonly editor: RefObject<AqlEditorHandle | null>;
  readonly plain: RefObject<PlainEditorHandle | null>;
  readonly asked: RefObject<AskedAct | undefined>;
}): AqlEditorHandle {
  const { editor, plain, asked } = options;
  const ask = (act: AskedAct) => () => {
    if (editor.current === null) asked.current = act;
    else editor.current[act]();
  };
  return {
    focus: () => (editor.current ?? plain.current)?.focus(),
    run: ask('run'),
    runAll: ask('runAll'),
    explain: ask('explain'),
    format: () => editor.current?.format(),
    act: (action) => editor.current?.act(action),
    planPlaces: (...given) => editor.current?.planPlaces(...given) ?? Promise.resolve([]),
    highlight: (spans) => editor.current?.highlight(spans),
    reveal: (span) => editor.current?.reveal(span),
    selection: () => editor.current?.selection() ?? { text: '', span: { start: 0, end: 0 } },
  };
}
