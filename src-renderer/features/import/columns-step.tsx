import { TriangleAlert } from 'lucide-react';
import { type FormEvent, useMemo } from 'react';
import type { CollectionInfo, ImportInspectionInfo } from '#contract';
import { typeText } from '../../grid/cell-value.ts';
import { Button } from '../../ui/button.tsx';
import {
  type ColumnChoice,
  missingFields,
  obstaclesOf,
  typeOptions,
  upsertKeys,
} from './column-choices.ts';
import { inspectionOf } from './import-text.ts';
import type { ImportWizard } from './import-wizard.ts';
import { SelectField } from './select-field.tsx';
import { WizardFoot } from './wizard-foot.tsx';
import type { WizardState } from './wizard-state.ts';

export interface ColumnsStepProps {
  readonly wizard: ImportWizard;
  readonly state: WizardState;
}

/** More are imported all the same, to where their names lead. */
const columnsShown = 200;

/** Which column becomes which field, by what documents are found again, and what happens to what does not fit. */
export function ColumnsStep({ wizard, state }: ColumnsStepProps) {
  const { columns, look, upsertKey, onReject } = state;
  const target = wizard.target();
  const obstacles = obstaclesOf(columns);
  const missing = missingFields(columns, target);
  const keys = upsertKeys(columns, target);
  const inspection = inspectionOf(look);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (obstacles.length === 0) wizard.go('trial');
  };
  return (
    <form className="import-form" onSubmit={submit}>
      <div className="import-body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
        <section className="import-mapping" aria-label="Columns and fields" tabIndex={0}>
          <table className="import-table">
            <thead>
              <tr>
                <th scope="col">Column</th>
                <th scope="col">First value</th>
                <th scope="col">Field</th>
                <th scope="col">Type</th>
              </tr>
            </thead>
            <tbody>
              {columns.slice(0, columnsShown).map((choice, place) => (
                <ColumnRow
                  key={choice.source}
                  {...{ wizard, choice, target }}
                  sample={firstValue(inspection, place)}
                />
              ))}
            </tbody>
          </table>
        </section>
        {columns.length > columnsShown && (
          <p className="import-quiet">
            {`${columns.length - columnsShown} more columns go where their names lead.`}
          </p>
        )}
        {obstacles.map((obstacle) => (
          <p key={obstacle} className="import-problem" role="alert">
            {obstacle}
          </p>
        ))}
        {missing.length > 0 && (
          <p className="import-warning">
            <TriangleAlert size={14} aria-hidden />
            {`${missing.join(', ')} must be given, and no column gives it: all records would be refused.`}
          </p>
        )}
        <div className="import-fields">
          {target !== undefined && (
            <SelectField
              label="Documents that are there already"
              value={upsertKey ?? ''}
              options={[
                ['', 'Stay: every record is inserted'],
                ...keys.map((key) => [key, `Are replaced where ${key} is the same`] as const),
              ]}
              onChange={(key) => wizard.setRules({ upsertKey: key === '' ? undefined : key })}
            />
          )}
          <SelectField
            label="Records that do not fit"
            value={onReject}
            options={[
              ['skip', 'Are set aside, to be mended'],
              ['stop', 'End the import'],
            ]}
            onChange={(rule) => wizard.setRules({ onReject: rule === 'stop' ? 'stop' : 'skip' })}
          />
        </div>
      </div>
      <WizardFoot>
        <Button onClick={() => wizard.go('file')}>Back</Button>
        <Button type="submit" look="primary" disabled={obstacles.length > 0}>
          Try the import
        </Button>
      </WizardFoot>
    </form>
  );
}

function ColumnRow(props: {
  readonly wizard: ImportWizard;
  readonly choice: ColumnChoice;
  readonly target: CollectionInfo | undefined;
  readonly sample: string;
}) {
  const { wizard, choice, target, sample } = props;
  const { source, field, isSkipped, type, foundType } = choice;
  const given = target?.fields.find(({ name }) => name === field);
  const change = (to: Partial<ColumnChoice>) => wizard.changeColumn(source, to);
  const types = useMemo(() => typeOptions(foundType), [foundType]);
  return (
    <tr className={isSkipped ? 'import-skipped' : undefined}>
      <th scope="row">
        <bdi>{source}</bdi>
      </th>
      <td className="import-sample" title={sample}>
        <bdi>{sample}</bdi>
      </td>
      <td>
        {target === undefined ? (
          <span className="import-new-field">
            <input
              type="checkbox"
              aria-label={`Import ${source}`}
              checked={!isSkipped}
              onChange={(event) => change({ isSkipped: !event.target.checked })}
            />
            <input
              className="import-input mono"
              aria-label={`Field of ${source}`}
              value={field}
              disabled={isSkipped || field === 'id'}
              onChange={(event) => change({ field: event.target.value })}
            />
          </span>
        ) : (
          <SelectField
            label={`Field of ${source}`}
            isLabelHidden
            value={isSkipped ? '' : field}
            options={fieldOptions(choice, target)}
            onChange={(name) =>
              change(name === '' ? { isSkipped: true } : { field: name, isSkipped: false })
            }
          />
        )}
      </td>
      <td>
        {isSkipped && <span className="import-quiet">left out</span>}
        {!isSkipped && (target !== undefined || field === 'id') && (
          <span className="mono">{typeText(field === 'id' ? idType : (given?.type ?? type))}</span>
        )}
        {!isSkipped && target === undefined && field !== 'id' && (
          <SelectField
            label={`Type of ${source}`}
            isLabelHidden
            value={typeText(type)}
            options={types.map((each) => [typeText(each), typeText(each)] as const)}
            onChange={(text) =>
              change({ type: types.find((each) => typeText(each) === text) ?? foundType })
            }
          />
        )}
      </td>
    </tr>
  );
}

const idType = { kind: 'scalar', name: 'Uuid' } as const;

/** The fields of the collection; of an open one also what the column is called. */
function fieldOptions({ field }: ColumnChoice, target: CollectionInfo) {
  const names = ['id', ...target.fields.map(({ name }) => name)];
  const own =
    target.open && !names.includes(field) ? [[field, `${field}, not in the schema`] as const] : [];
  return [['', 'Leave out'] as const, ...own, ...names.map((name) => [name, name] as const)];
}

function firstValue(inspection: ImportInspectionInfo | undefined, place: number): string {
  for (const { cells } of inspection?.records ?? []) {
    const text = cells.find(([column]) => column === place)?.[1];
    if (text !== undefined && text !== null && text !== '') return text;
  }
  return '';
}
