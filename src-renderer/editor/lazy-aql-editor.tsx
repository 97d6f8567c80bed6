import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { AqlEditorProps } from './aql-editor.tsx';
import './aql-editor.css';

const Editor = lazy(async () => ({ default: (await import('./aql-editor.tsx')).AqlEditor }));

export interface LazyAqlEditorProps extends AqlEditorProps {
  /** False for one that is behind another tab. */
  readonly isShown?: boolean;
  /** What had the focus when the editor was asked for, where that was before it stood. */
  readonly askedFrom?: () => Element | null;
}

/**
 * The AQL editor; its code comes with the first one on the page. Until then, and until it is seen for the first time, the
 * text is shown as it is: an editor is the most expensive thing on the page, and nothing that is in front waits for it.
 */
export function LazyAqlEditor({ isShown = true, askedFrom, ...props }: LazyAqlEditorProps) {
  const { hasFocus = false } = props;
  const [isThere, setThere] = useState(false);
  const focusBefore = useRef<Element | null>(null);
  const stand = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    if (!hasFocus) return;
    const from = askedFrom?.() ?? null;
    if (from !== null && from !== document.activeElement && !isNowhere()) {
      focusBefore.current = from;
      return;
    }
    // What is typed too early must not press the button that asked for the editor.
    stand.current?.focus({ preventScroll: true });
    focusBefore.current = document.activeElement;
  }, [hasFocus, askedFrom]);
  // Whoever has gone elsewhere while the editor was on its way is not called back. One that comes at once asks before
  // anything is noted.
  const mayTakeFocus = useCallback(() => {
    const before = focusBefore.current;
    if (isNowhere() || before === document.activeElement) return true;
    // Nobody has asked for it: it takes the focus from nobody.
    if (askedFrom?.() === document.body) return false;
    return isThere || before === null;
  }, [isThere, askedFrom]);
  const placeholder = (
    <pre ref={stand} tabIndex={-1} className="aql-editor-placeholder" aria-busy="true">
      {props.value}
    </pre>
  );
  if (!isShown && !isThere) return placeholder;
  return (
    <Suspense fallback={placeholder}>
      <Editor {...props} mayTakeFocus={mayTakeFocus} />
      <Arrival onArrive={setThere} />
    </Suspense>
  );
}

/** Whether nothing has the focus. */
function isNowhere(): boolean {
  return document.activeElement === document.body;
}

/** Tells that what it stands beside has come. */
function Arrival({ onArrive }: { readonly onArrive: (isThere: boolean) => void }) {
  useEffect(() => onArrive(true), [onArrive]);
  return null;
}
