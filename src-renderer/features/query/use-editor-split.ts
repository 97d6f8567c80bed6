import { useCallback, useMemo } from 'react';
import { useSetting } from '../../app/settings/settings-context.tsx';

interface EditorSplit {
  /** Sizes by panel in percent, as the split was left; undefined the first time. */
  readonly layout: { readonly [panel: string]: number } | undefined;
  readonly keep: (layout: { readonly [panel: string]: number }) => void;
}

/** How the person divided editor and results, remembered for all tabs. */
export function useEditorSplit(): EditorSplit {
  const [kept, setKept] = useSetting('query.split');
  const layout = useMemo(() => {
    if (typeof kept !== 'number' || kept < 5 || kept > 95) return undefined;
    return { editor: kept, results: 100 - kept };
  }, [kept]);
  const keep = useCallback(
    (next: { readonly [panel: string]: number }) => {
      const share = next['editor'];
      if (share !== undefined) setKept(Math.round(share * 10) / 10);
    },
    [setKept],
  );
  return { layout, keep };
}
