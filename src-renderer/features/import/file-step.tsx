import { FileUp } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { type DatabaseInfo, importFormats } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { useCatalog } from '../../client/use-catalog.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { focusOnce } from '../../ui/focus-once.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { bytesText } from '../health/health-text.ts';
import { encodings, isCollectionName } from './file-source.ts';
import { FirstRecords } from './first-records.tsx';
import { delimiters, formatWords, inspectionOf, lookProblem, lookText } from './import-text.ts';
import type { ImportWizard } from './import-wizard.ts';
import { SelectField } from './select-field.tsx';
import { WizardFoot } from './wizard-foot.tsx';
import type { WizardState } from './wizard-state.ts';

export interface FileStepProps {
  readonly wizard: ImportWizard;
  readonly state: WizardState;
  readonly database: DatabaseInfo;
  readonly onClose: () => void;
}

/** Which file, into which collection, and how it is read; with its first records as they are then understood. */
export function FileStep({ wizard, state, database, onClose }: FileStepProps) {
  const { look, source, collection } = state;
  const inspection = inspectionOf(look);
  const problem = lookProblem(look);
  const isReady = inspection !== undefined && inspection.columns.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) wizard.go('columns');
  };
  return (
    <form className="import-form" onSubmit={submit}>
      <div className="import-body">
        <ProgressBar label="Reading the file" isActive={look.kind === 'underWay'} />
        <FileChoice wizard={wizard} state={state} />
        <Target wizard={wizard} collection={collection} database={database} />
        {source !== undefined && <ReadingFields wizard={wizard} state={state} />}
        {problem !== undefined && <ErrorNote {...errorText(problem)} />}
        {inspection !== undefined && (
          <>
            <p role="status" className="import-found">
              {lookText(inspection)}
            </p>
            <FirstRecords inspection={inspection} />
          </>
        )}
      </div>
      <WizardFoot>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!isReady}>
          Choose columns
        </Button>
      </WizardFoot>
    </form>
  );
}

function FileChoice({ wizard, state }: Pick<FileStepProps, 'wizard' | 'state'>) {
  const { source } = state;
  const input = useRef<HTMLInputElement>(null);
  const [pasted, setPasted] = useState<string>();
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    setPasted(undefined);
    wizard.choose({ name: file.name, blob: file });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file may be dropped on it; by keyboard the button does the same.
    <div
      className="import-choice"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
      }}
    >
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.tab,.json,.geojson,.ndjson,.jsonl,.gz,.txt"
        onChange={(event) => {
          take(event.target.files?.[0]);
          // The same file can be chosen again after it was changed.
          event.target.value = '';
        }}
      />
      <div className="import-row">
        <Button icon={<FileUp size={14} />} onClick={() => input.current?.click()}>
          {source === undefined || pasted !== undefined ? 'Choose a file' : 'Choose another file'}
        </Button>
        <Button
          look="quiet"
          aria-expanded={pasted !== undefined}
          onClick={() => setPasted(pasted === undefined ? '' : undefined)}
        >
          Paste text
        </Button>
        <span className="import-quiet" role="status">
          {source === undefined
            ? 'CSV, TSV, NDJSON or JSON, also compressed with gzip. It can be dropped here.'
            : `${source.name}, ${bytesText(source.blob.size)}`}
        </span>
      </div>
      {pasted !== undefined && (
        <textarea
          className="import-paste mono"
          aria-label="Text to import"
          rows={6}
          spellCheck={false}
          ref={focusOnce}
          value={pasted}
          onChange={(event) => {
            setPasted(event.target.value);
            const blob = new Blob([event.target.value]);
            wizard.choose({ name: 'Pasted text', blob, isPasted: true });
          }}
        />
      )}
    </div>
  );
}

/** The collections that there are, and a name for another one. */
function Target(props: {
  readonly wizard: ImportWizard;
  readonly collection: string;
  readonly database: DatabaseInfo;
}) {
  const { wizard, collection, database } = props;
  const { catalog } = useCatalog(database.database);
  const names = catalog?.collections.map(({ name }) => name) ?? [];
  const isKnown = names.includes(collection);
  const problem =
    collection === '' || isCollectionName(collection)
      ? undefined
      : 'A letter first, then letters, digits and underscores.';
  return (
    <div className="import-fields">
      <SelectField
        label="Collection"
        value={isKnown ? collection : ''}
        options={[['', 'A new collection'], ...names.map((name) => [name, name] as const)]}
        onChange={(name) => wizard.setCollection(name)}
      />
      {!isKnown && (
        <TextField
          label="Name of the new collection"
          isMono
          value={collection}
          error={problem}
          onChange={(event) => wizard.setCollection(event.target.value)}
        />
      )}
    </div>
  );
}

function ReadingFields({ wizard, state }: Pick<FileStepProps, 'wizard' | 'state'>) {
  const { reading, look, source } = state;
  const inspection = inspectionOf(look);
  const format = reading.format ?? inspection?.format;
  const isTextual = format === undefined || format === 'csv' || format === 'tsv';
  const hasEncoding = source?.isPasted !== true && !/\.gz$/i.test(source?.name ?? '');
  return (
    <div className="import-fields">
      <SelectField
        label="Format"
        value={format ?? ''}
        options={[
          ...(format === undefined ? [['', 'Not known'] as const] : []),
          ...importFormats.map((name) => [name, formatWords[name]] as const),
        ]}
        onChange={(name) => wizard.read({ format: importFormats.find((each) => each === name) })}
      />
      {format === 'csv' && (
        <SelectField
          label="Columns separated by"
          value={reading.delimiter ?? inspection?.delimiter ?? ','}
          options={delimiters}
          onChange={(delimiter) => wizard.read({ delimiter })}
        />
      )}
      {isTextual && (
        <TextField
          label="Null is written as"
          placeholder="Nothing"
          isMono
          value={reading.nullTokens}
          onChange={(event) => wizard.read({ nullTokens: event.target.value })}
        />
      )}
      {format === 'json' && (
        <TextField
          label="Pointer to the list"
          placeholder="/features"
          isMono
          value={reading.pointer}
          onChange={(event) => wizard.read({ pointer: event.target.value })}
        />
      )}
      {hasEncoding && (
        <SelectField
          label="Encoding"
          value={reading.encoding}
          options={encodings.map(({ name, label }) => [name, label] as const)}
          onChange={(name) =>
            wizard.read({
              encoding: encodings.find((each) => each.name === name)?.name ?? 'utf-8',
            })
          }
        />
      )}
    </div>
  );
}
