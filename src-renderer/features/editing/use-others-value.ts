/* What others make of a value while its editor is open. */
import { useEffect, useState } from 'react';
import type { DatabaseId, WireValue } from '#contract';
import { useClient } from '../../client/client-context.tsx';
import type { EditableCell } from './grid-actions.ts';
import { type EditedDocument, isSame, valueAt } from './staged-document.ts';
import { textOfValue } from './value-text.ts';

type OthersValue =
  | { readonly kind: 'changed'; readonly value: WireValue | undefined }
  | { readonly kind: 'gone' };

const shownLength = 60;

/** In words, at once: what others have set it to, or that they have deleted its document. */
export function useOthersValue(cell: EditableCell, database: DatabaseId): string | undefined {
  const client = useClient();
  const [found, setFound] = useState<OthersValue>();
  const { stored, collection } = cell;
  useEffect(() => {
    if (stored === undefined) return undefined;
    const abort = new AbortController();
    let [isReading, isDue] = [false, false];
    const read = async () => {
      isDue = true;
      if (isReading) return;
      isReading = true;
      while (isDue && !abort.signal.aborted) {
        isDue = false;
        const asked = { database, collection, ids: [stored.id] };
        const { documents } = await client.call('edits.read', asked, { signal: abort.signal });
        setFound(othersValue(documents[0]?.document, stored));
      }
      isReading = false;
    };
    const feed = client.feed('follow', { database, request: { kind: 'changes', collection } });
    const stop = feed.listen((event) => {
      if (event?.kind !== 'changes') return;
      const isMeant = event.events.some(
        (each) => each.changeType === 'Lagged' || each.id === stored.id,
      );
      if (!isMeant) return;
      read().catch((error: unknown) => {
        isReading = false;
        // The conflict is found again when the value is staged.
        if (!abort.signal.aborted) console.warn('The document could not be read again.', error);
      });
    });
    return () => {
      stop();
      abort.abort();
    };
  }, [client, database, collection, stored]);
  return found && textOf(found);
}

function othersValue(
  document: EditedDocument | undefined,
  { path, value }: NonNullable<EditableCell['stored']>,
): OthersValue | undefined {
  if (document === undefined) return { kind: 'gone' };
  const now = valueAt(document, path);
  return isSame(now, value) ? undefined : { kind: 'changed', value: now };
}

function textOf(found: OthersValue): string {
  if (found.kind === 'gone') return 'Others have deleted this document meanwhile.';
  const { value } = found;
  if (value === undefined) return 'Others have unset this meanwhile.';
  const text = value === null ? 'null' : value === '' ? 'an empty text' : textOfValue(value);
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return `Others have set this to ${shown} meanwhile. Taking yours makes a conflict to be decided.`;
}
