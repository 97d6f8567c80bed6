import { type RefObject, useMemo } from 'react';
import type { WireSpan } from '#contract';
import type { AqlEditorHandle } from '../../editor/aql-editor.tsx';

/** What can be asked of the editor of a tab, whether it is there yet or not. */
export function useEditorActs(editor: RefObject<AqlEditorHandle | null>) {
  return useMemo(
    () => ({
      runAtCursor: () => editor.current?.run(),
      runAll: () => editor.current?.runAll(),
      explain: () => editor.current?.explain(),
      format: () => editor.current?.format(),
      act: (action: string) => editor.current?.act(action),
      toEditor: () => editor.current?.focus(),
      planPlaces: async (text: string, start: number, operators: readonly string[]) =>
        (await editor.current?.planPlaces(text, start, operators)) ?? [],
      highlight: (spans: readonly WireSpan[]) => editor.current?.highlight(spans),
      reveal: (span: WireSpan) => editor.current?.reveal(span),
      selectedText: () => editor.current?.selection().text ?? '',
    }),
    [editor],
  );
}
