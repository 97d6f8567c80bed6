import { TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { CollectionInfo } from '#contract';
import { LazyJsonEditor } from '../../editor/lazy-json-editor.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import {
  type RecordDocument,
  type RecordEditing,
  recordEdits,
  recordFaults,
  recordHints,
  recordText,
} from './record-editing.ts';
import { recordName } from './record-name.ts';

/** What is said where no row is chosen, or not loaded. */
export const chooseTitle = 'Choose a row to see it whole';

/** A document as JSON; edited, it stays the document that it was, whatever row is gone to meanwhile. */
export function RecordJson(props: {
  readonly info: CollectionInfo;
  /** Absent while its row is not loaded. */
  readonly document: RecordDocument | undefined;
  readonly editing: RecordEditing | undefined;
}) {
  const { info, document, editing } = props;
  const [draft, setDraft] = useState<{ readonly shown: RecordDocument; readonly text: string }>();
  const { samples } = editing ?? {};
  const hints = useMemo(() => recordHints(info, samples ?? {}), [info, samples]);
  if (draft === undefined || editing === undefined) {
    if (document === undefined) return <EmptyState title={chooseTitle} />;
    return (
      <div className="record-json">
        <pre className="mono">{recordText(document)}</pre>
        {editing !== undefined && (
          <div className="record-acts">
            <Button onClick={() => setDraft({ shown: document, text: recordText(document) })}>
              Edit as JSON
            </Button>
          </div>
        )}
      </div>
    );
  }
  const { shown, text } = draft;
  const edits = recordEdits(text, shown, info);
  const [fault] = recordFaults(text, info);
  const take = () => {
    if (edits === undefined) return;
    if (edits.length > 0) editing.stage(edits);
    setDraft(undefined);
  };
  return (
    <div className="record-json">
      {shown.id !== document?.id && (
        <p className="record-other" role="status">
          <TriangleAlert size={14} aria-hidden />
          {`This is ${recordName(shown, info)}, not the row that is chosen.`}
        </p>
      )}
      <div className="record-json-editor">
        <LazyJsonEditor
          key={shown.id}
          value={text}
          label={`Document ${shown.id} as JSON`}
          hints={hints}
          faultsOf={(given) => recordFaults(given, info)}
          onChange={(next) => setDraft({ shown, text: next })}
          onTake={take}
        />
      </div>
      <p className={edits === undefined ? 'record-problem' : 'record-note'} aria-live="polite">
        {edits === undefined
          ? (fault?.message ?? 'This is no object in JSON.')
          : noteOf(edits.length)}
      </p>
      <div className="record-acts">
        <Button onClick={() => setDraft(undefined)}>Cancel</Button>
        <Button look="primary" disabled={edits === undefined} onClick={take}>
          Stage
        </Button>
      </div>
    </div>
  );
}

function noteOf(count: number): string {
  if (count === 0) return 'Nothing is changed. Ctrl+Enter stages what is.';
  return `${count === 1 ? '1 field' : `${count} fields`} changed. Ctrl+Enter stages.`;
}
