import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { AqlEditorHandle, AqlEditorProps } from './aql-editor.tsx';
import { type AskedAct, earlyHandle } from './early-handle.ts';
import { lateCode } from './late-code.ts';
import { PlainEditor } from './plain-editor.tsx';
import { useTakeOver } from './use-take-over.ts';

const lateEditor = lateCode(async () => (await import('./aql-editor.tsx')).AqlEditor);

const atStart = { start: 0, end: 0 };

export interface LazyAqlEditorProps extends Omit<AqlEditorProps, 'start' | 'mayTakeFocus'> {
  /** False for one that is behind another tab. */
  readonly isShown?: boolean;
  /** What had the focus when the editor was asked for, where that was before it stood. */
  readonly askedFrom?: () => Element | null;
}

/**
 * The AQL editor; its code comes with the first one on the page. Until then, and until it is seen for the first time, a
 * plain one stands there: an editor is the most expensive thing on the page, and nothing that is in front waits for it.
 */
export function LazyAqlEditor({ isShown = true, askedFrom, ...props }: LazyAqlEditorProps) {
  const { hasFocus = false, tabLeaves = false, value } = props;
  const { code: Editor, start, plain } = useTakeOver(lateEditor);
  const [isThere, setThere] = useState(false);
  const isDrawn = Editor !== undefined && (isShown || isThere);
  const editor = useRef<AqlEditorHandle>(null);
  /** What was asked of the editor before it was there, and after the last key. */
  const asked = useRef<AskedAct | undefined>(undefined);
  const focusBefore = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (!hasFocus) return;
    const from = askedFrom?.() ?? null;
    if (from !== null && from !== document.activeElement && !isNowhere()) {
      focusBefore.current = from;
      return;
    }
    // What is typed too early must not press the button that asked for the editor.
    plain.current?.focus();
    focusBefore.current = document.activeElement;
  }, [hasFocus, askedFrom, plain]);
  // Whoever has gone elsewhere while the editor was on its way is not called back. One that comes at once asks before
  // anything is noted.
  const mayTakeFocus = useCallback(() => {
    const before = focusBefore.current;
    if (isNowhere() || before === document.activeElement) return true;
    // Nobody has asked for it: it takes the focus from nobody.
    if (askedFrom?.() === document.body) return false;
    return isThere || before === null;
  }, [isThere, askedFrom]);
  useImperativeHandle(props.ref, () => earlyHandle({ editor, plain, asked }), [plain]);
  useEffect(() => {
    if (!isDrawn) return;
    setThere(true);
    if (asked.current !== undefined) editor.current?.[asked.current]();
    asked.current = undefined;
  }, [isDrawn]);
  if (isDrawn) return <Editor {...props} ref={editor} start={start} mayTakeFocus={mayTakeFocus} />;
  return (
    <PlainEditor
      {...{ ref: plain, look: 'aql', value }}
      firstPlace={props.firstPlace ?? atStart}
      label={props.label ?? 'AQL editor'}
      takesFocus={false}
      onChange={(text) => {
        asked.current = undefined;
        props.onChange(text);
      }}
      onTake={() => {
        asked.current = 'run';
      }}
      tabText={tabLeaves ? undefined : '    '}
    />
  );
}

/** Whether nothing has the focus. */
function isNowhere(): boolean {
  return document.activeElement === document.body;
}
