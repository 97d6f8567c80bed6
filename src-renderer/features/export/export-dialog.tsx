import { useState } from 'react';
import type { DatabaseId, ExportState } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useFocusReturn } from '../../ui/focus-return.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { bytesText } from '../health/health-text.ts';
import './export-dialog.css';
import {
  decodeForm,
  delimiters,
  type ExportForm,
  type ExportSource,
  fileNameOf,
  formats,
} from './export-form.ts';
import { type RunningExport, useExport } from './use-export.ts';

export interface ExportDialogProps {
  readonly database: DatabaseId;
  readonly isOpen: boolean;
  /** What the file is called after. */
  readonly title: string;
  /** What can be exported, the likeliest first. */
  readonly sources: readonly ExportSource[];
  readonly onClose: () => void;
}

/** Writes documents, or the rows of a query, to a file. Closing the dialog lets an export go on. */
export function ExportDialog(props: ExportDialogProps) {
  const { database, isOpen, title, onClose } = props;
  const running = useExport(database);
  /** How many there will be, as far as it is known. */
  const [expected, setExpected] = useState<number>();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => {
        if (isOver(running.state)) running.reset();
        onClose();
      }}
      giveFocusBack={useFocusReturn(isOpen)}
      title={`Export ${title}`}
      width={480}
    >
      {running.way === undefined ? (
        <Choices {...props} running={running} onBegin={({ count }) => setExpected(count)} />
      ) : (
        <Progress {...{ running, expected, onClose }} />
      )}
    </Dialog>
  );
}

function isOver(state: ExportState | undefined): boolean {
  return state !== undefined && state.state !== 'waiting' && state.state !== 'running';
}

function Choices(
  props: ExportDialogProps & {
    readonly running: RunningExport;
    readonly onBegin: (source: ExportSource) => void;
  },
) {
  const { title, sources, running } = props;
  const [saved, save] = useSetting('export');
  const form = decodeForm(saved);
  const change = (part: Partial<ExportForm>) => save({ ...form, ...part });
  const [chosen, setChosen] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const source = sources[chosen] ?? sources[0];
  const begin = async () => {
    if (source === undefined) return;
    setBusy(true);
    props.onBegin(source);
    await running.begin({ ...form, from: source.from, name: fileNameOf(title) });
    setBusy(false);
  };
  return (
    <form
      className="export"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      {sources.length > 1 && (
        <Choice
          legend="What"
          options={sources.map(({ label }, at) => ({ label, value: at }))}
          value={chosen}
          onChoose={setChosen}
        />
      )}
      <Choice
        legend="Format"
        options={formats.map(({ format, word }) => ({ label: word, value: format }))}
        value={form.format}
        onChoose={(format) => change({ format })}
      />
      {form.format === 'csv' && <CsvOptions form={form} onChange={change} />}
      <p className="export-note">{noteOf(form)}</p>
      {running.error !== undefined && <ErrorNote {...errorText(running.error)} />}
      <div className="export-acts">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={isBusy || source === undefined}>
          Export
        </Button>
      </div>
    </form>
  );
}

function noteOf({ format, nested }: ExportForm): string {
  if (format !== 'csv') {
    return 'Importing this file gives exactly the same documents. Edits that are not committed are not in it.';
  }
  return nested === 'json'
    ? 'CSV has no types: nested values are written as JSON in their cells.'
    : 'CSV has no types. Everything is read twice: first for the columns, then for the rows.';
}

function Choice<Value extends string | number>(props: {
  readonly legend: string;
  readonly options: readonly { readonly label: string; readonly value: Value }[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}) {
  const { legend, options, value, onChoose } = props;
  return (
    <fieldset className="export-choice">
      <legend className="field-label">{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={legend}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

function CsvOptions(props: {
  readonly form: ExportForm;
  readonly onChange: (part: Partial<ExportForm>) => void;
}) {
  const { form, onChange } = props;
  return (
    <div className="export-csv">
      <label className="export-delimiter">
        <span className="field-label">Columns are separated by</span>
        <select
          value={form.delimiter}
          onChange={(event) => onChange({ delimiter: event.target.value })}
        >
          {delimiters.map(({ delimiter, word }) => (
            <option key={delimiter} value={delimiter}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <TextField
        label="Text for null and not set"
        isMono
        placeholder="nothing"
        maxLength={64}
        value={form.nullToken}
        onChange={(event) => onChange({ nullToken: event.target.value })}
      />
      <label className="export-header">
        <input
          type="checkbox"
          checked={form.hasHeader}
          onChange={(event) => onChange({ hasHeader: event.target.checked })}
        />
        Names of the columns in the first row
      </label>
      <label className="export-header">
        <input
          type="checkbox"
          checked={form.nested === 'columns'}
          onChange={(event) => onChange({ nested: event.target.checked ? 'columns' : 'json' })}
        />
        Nested fields in columns of their own
      </label>
    </div>
  );
}

function Progress(props: {
  readonly running: RunningExport;
  readonly expected: number | undefined;
  readonly onClose: () => void;
}) {
  const { expected } = props;
  const { way, state, error, cancel, reset } = props.running;
  const failure = error ?? state?.error;
  return (
    <div className="export">
      <div className="export-progress">
        <ProgressBar
          label="Exporting"
          isActive={failure === undefined && !isOver(state)}
          share={
            expected === undefined || state === undefined
              ? undefined
              : state.documentCount / Math.max(1, expected)
          }
        />
        <p role="status">{state === undefined ? 'Beginning' : progressText(state, expected)}</p>
        {way?.kind === 'file' && <p className="export-note mono">{way.path}</p>}
      </div>
      {failure !== undefined && <ErrorNote {...errorText(failure)} />}
      <div className="export-acts">
        {isOver(state) || failure !== undefined ? (
          <>
            <Button onClick={reset}>Export again</Button>
            <Button
              look="primary"
              onClick={() => {
                reset();
                props.onClose();
              }}
            >
              Close
            </Button>
          </>
        ) : (
          <Button onClick={cancel}>Cancel the export</Button>
        )}
      </div>
    </div>
  );
}

function progressText(
  { state, documentCount, sizeBytes, elapsedMs }: ExportState,
  expected: number | undefined,
): string {
  const count = `${documentCount.toLocaleString('en')} ${documentCount === 1 ? 'document' : 'documents'}`;
  const size = bytesText(sizeBytes);
  switch (state) {
    case 'waiting':
      return 'Waiting for the download to begin';
    case 'running':
      return expected === undefined
        ? `${count} · ${size}`
        : `${documentCount.toLocaleString('en')} of ${expected.toLocaleString('en')} · ${size}`;
    case 'done':
      return `Exported ${count} · ${size} in ${(elapsedMs / 1000).toFixed(1)} s`;
    case 'cancelled':
      return `Cancelled after ${count}`;
    case 'failed':
      return `Failed after ${count}`;
  }
}
