import { ListFilter, Plus, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useId, useState } from 'react';
import type { CollectionInfo, FieldInfo, WireValue } from '#contract';
import type { CatalogSamples } from '#engine/aql';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { textOfValue, typedValue } from '../editing/value-text.ts';
import './filter-builder.css';
import {
  conditionsIn,
  conditionsText,
  type FilterCondition,
  type FilterOperatorName,
  operandType,
  operatorsOf,
  operatorWords,
} from './filter-conditions.ts';

/** One line of the builder, as it is typed. */
interface Line {
  readonly key: number;
  readonly field: string;
  readonly operator: FilterOperatorName;
  readonly text: string;
}

/** Conditions by field, operator and value, which turn into the text of the filter; and the text into them. */
export function FilterBuilder(props: {
  readonly info: CollectionInfo;
  readonly where: string;
  readonly samples: CatalogSamples;
  readonly onWhere: (where: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton label="Build the filter" icon={<ListFilter size={16} />} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="filter-builder"
          aria-label="Filter"
          align="start"
          sideOffset={4}
          collisionPadding={8}
        >
          <Conditions {...props} onClose={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const idField: FieldInfo = {
  ...{ name: 'id', nullable: false, unique: true, indexed: true },
  type: { kind: 'scalar', name: 'Uuid' },
};

function Conditions(props: Parameters<typeof FilterBuilder>[0] & { readonly onClose: () => void }) {
  const { info, where, samples, onWhere, onClose } = props;
  const fields = [...info.fields, idField];
  const known = conditionsIn(where, fields);
  const [lines, setLines] = useState(() => linesOf(known ?? [], fields));
  const change = (key: number, part: Partial<Line>) =>
    setLines((before) => before.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const read = lines.map((line) => conditionOf(line, fields));
  const isReady = read.every((each) => typeof each === 'object');
  const apply = () => {
    onWhere(conditionsText(read.filter((each) => typeof each === 'object')));
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) apply();
      }}
    >
      {known === undefined && (
        <p className="filter-note">
          The filter says more than conditions can. What is built here takes its place.
        </p>
      )}
      {lines.map((line, at) => (
        <ConditionLine
          key={line.key}
          {...{ line, at, fields, samples }}
          collection={info.name}
          problem={typeof read[at] === 'string' ? read[at] : undefined}
          onChange={(part) => change(line.key, part)}
          onRemove={() => setLines((before) => before.filter(({ key }) => key !== line.key))}
        />
      ))}
      {lines.length === 0 && <p className="filter-note">No condition: all documents.</p>}
      <div className="filter-acts">
        <Button
          look="quiet"
          onClick={() => setLines((before) => [...before, newLine(fields, before)])}
        >
          <Plus size={14} /> Add a condition
        </Button>
        <Button type="submit" look="primary" disabled={!isReady}>
          Apply
        </Button>
      </div>
    </form>
  );
}

function ConditionLine(props: {
  readonly line: Line;
  readonly at: number;
  readonly fields: readonly FieldInfo[];
  readonly samples: CatalogSamples;
  readonly collection: string;
  readonly problem: string | undefined;
  readonly onChange: (part: Partial<Line>) => void;
  readonly onRemove: () => void;
}) {
  const { line, at, fields, samples, collection, problem, onChange } = props;
  const id = useId();
  const field = fieldOf(fields, line.field);
  const values = samples[`${collection}.${line.field}`] ?? [];
  const number = at + 1;
  return (
    <div className="filter-line">
      <select
        aria-label={`Field of condition ${number}`}
        value={line.field}
        onChange={(event) => {
          const next = fieldOf(fields, event.target.value);
          const [first = 'isNull'] = operatorsOf(next.type);
          onChange({ field: next.name, operator: first, text: '' });
        }}
      >
        {fields.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label={`Operator of condition ${number}`}
        value={line.operator}
        onChange={(event) =>
          onChange({
            operator:
              operatorsOf(field.type).find((name) => name === event.target.value) ?? line.operator,
          })
        }
      >
        {operatorsOf(field.type).map((name) => (
          <option key={name} value={name}>
            {operatorWords[name]}
          </option>
        ))}
      </select>
      {takesValue(line.operator) && (
        <input
          className="mono"
          aria-label={`Value of condition ${number}`}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-note`}
          list={`${id}-values`}
          spellCheck={false}
          autoComplete="off"
          value={line.text}
          onChange={(event) => onChange({ text: event.target.value })}
        />
      )}
      <datalist id={`${id}-values`}>
        {values.map(({ value }) => (
          <option key={String(value)} value={String(value)} />
        ))}
      </datalist>
      <IconButton
        label={`Remove condition ${number}`}
        size="small"
        icon={<X size={14} />}
        onClick={props.onRemove}
      />
      {problem !== undefined && (
        <p id={`${id}-note`} className="filter-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

function linesOf(
  conditions: readonly FilterCondition[],
  fields: readonly FieldInfo[],
): readonly Line[] {
  if (conditions.length === 0) return [newLine(fields, [])];
  return conditions.map(({ field, operator, value }, key) => ({
    ...{ key, field, operator },
    text: textOfValue(value),
  }));
}

function newLine(fields: readonly FieldInfo[], before: readonly Line[]): Line {
  const [first = idField] = fields;
  const [operator = 'eq'] = operatorsOf(first.type);
  const key = Math.max(-1, ...before.map((line) => line.key)) + 1;
  return { key, field: first.name, operator, text: '' };
}

/** The condition that a line means, or what is wrong with it. */
function conditionOf(
  { field: name, operator, text }: Line,
  fields: readonly FieldInfo[],
): FilterCondition | string {
  const field = fieldOf(fields, name);
  if (!takesValue(operator)) return { field: name, operator, value: true };
  const type = operandType(field.type, operator);
  const { validate: _rules, ...plain } = field;
  const typed = typedValue(text, { ...plain, type });
  if (typed.kind === 'wrong') return typed.message;
  const value: WireValue = typed.value;
  return { field: name, operator, value };
}

function takesValue(operator: FilterOperatorName): boolean {
  return operator !== 'isNull' && operator !== 'isNotNull';
}

function fieldOf(fields: readonly FieldInfo[], name: string): FieldInfo {
  return fields.find((field) => field.name === name) ?? idField;
}
