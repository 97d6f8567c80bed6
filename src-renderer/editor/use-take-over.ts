import { type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { retryPauseMs } from '../client/retry-pause.ts';
import type { LateCode } from './late-code.ts';
import type { EditorStart, PlainEditorHandle } from './plain-editor.tsx';

interface TakeOver<Code> {
  /** The editor; `undefined` while the plain one stands in its place. */
  readonly code: Code | undefined;
  /** How the plain one stood when the editor took over; `undefined` for an editor that was there at once. */
  readonly start: EditorStart | undefined;
}

/**
 * Has the code of an editor take over from the plain one. React's own `lazy` would do so in some later task, whatever was
 * typed or composed until then, and a page whose code does not come would be lost with it: here the plain one stays.
 */
export function useTakeOver<Code>(
  late: LateCode<Code>,
): TakeOver<Code> & { readonly plain: RefObject<PlainEditorHandle | null> } {
  const plain = useRef<PlainEditorHandle>(null);
  const [takeOver, setTakeOver] = useState<TakeOver<Code>>(() => ({
    code: late.now(),
    start: undefined,
  }));
  const isThere = takeOver.code !== undefined;
  useEffect(() => {
    if (isThere) return undefined;
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (code: Code) => {
      // In this very task: no key comes between what is read here and the focus of the editor.
      if (isWanted) flushSync(() => setTakeOver({ code, start: plain.current?.start() }));
    };
    const fetch = (failures: number) => {
      late.fetch().then(
        (code) => {
          if (plain.current === null) take(code);
          else plain.current.whenAtRest(() => take(code));
        },
        () => {
          if (isWanted) timer = setTimeout(() => fetch(failures + 1), retryPauseMs(failures));
        },
      );
    };
    fetch(0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [late, isThere]);
  return { ...takeOver, plain };
}
