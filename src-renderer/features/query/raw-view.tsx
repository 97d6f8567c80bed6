import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import type { GridColumn } from '../../grid/cell-value.ts';
import { type RawText, rawText } from '../../grid/document-rows.ts';
import type { RowModel } from '../../grid/row-model.ts';
import { writeClipboard } from '../../grid/write-clipboard.ts';
import { Button } from '../../ui/button.tsx';

const shownCharactersMax = 300_000;
const copiedCharactersMax = 50_000_000;

/** The loaded rows as JSON text. */
export function RawView(props: {
  readonly rows: RowModel;
  readonly columns: readonly GridColumn[];
  readonly label: string;
}) {
  const { rows, columns } = props;
  const count = useSyncExternalStore(
    useCallback((listener: () => void) => rows.onDidChange(listener), [rows]),
    () => rows.count,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count stands for the rows inside the model.
  const raw = useMemo(() => rawText(rows, columns, shownCharactersMax), [rows, columns, count]);
  const [notice, setNotice] = useState('');
  const copy = () => {
    const whole = rawText(rows, columns, copiedCharactersMax);
    const isCopied = writeClipboard(whole.text);
    const copied = `Copied ${whole.rowCount.toLocaleString('en-US')} rows as JSON`;
    setNotice(isCopied ? copied : 'The browser refused the clipboard; select the text instead');
  };
  return (
    <div className="raw-view">
      <div className="raw-bar">
        <span role="status">{notice === '' ? shownText(raw, count.rows) : notice}</span>
        <Button look="quiet" onClick={copy}>
          Copy JSON
        </Button>
      </div>
      <section aria-label={props.label} className="raw-text">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled text must be reachable by keyboard. */}
        <pre tabIndex={0}>{raw.text}</pre>
      </section>
    </div>
  );
}

function shownText(raw: RawText, loadedRows: number): string {
  const loaded = `${loadedRows.toLocaleString('en-US')} loaded rows`;
  if (!raw.isCut) return loaded;
  return `The first ${raw.rowCount.toLocaleString('en-US')} of ${loaded} are shown; Copy takes all of them`;
}
