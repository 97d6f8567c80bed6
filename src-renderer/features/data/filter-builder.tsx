import { ListFilter, Plus, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useId, useState } from 'react';
import type { CollectionInfo, FieldInfo } from '#contract';
import type { CatalogSamples } from '#engine/aql';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import './filter-builder.css';
import { conditionsIn, conditionsText, operatorsOf, operatorWords } from './filter-conditions.ts';
import {
  conditionOf,
  type FilterLine,
  fieldOf,
  hasInner,
  idField,
  linesOf,
  newLine,
  operatorsFor,
  takesValue,
} from './filter-lines.ts';

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

function Conditions(props: Parameters<typeof FilterBuilder>[0] & { readonly onClose: () => void }) {
  const { info, where, samples, onWhere, onClose } = props;
  const fields = [...info.fields, idField];
  const known = conditionsIn(where, fields);
  const [lines, setLines] = useState(() => linesOf(known ?? [], fields));
  const change = (key: number, part: Partial<FilterLine>) =>
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
  readonly line: FilterLine;
  readonly at: number;
  readonly fields: readonly FieldInfo[];
  readonly samples: CatalogSamples;
  readonly collection: string;
  readonly problem: string | undefined;
  readonly onChange: (part: Partial<FilterLine>) => void;
  readonly onRemove: () => void;
}) {
  const { line, at, fields, samples, collection, problem, onChange } = props;
  const id = useId();
  const values = line.inner === '' ? (samples[`${collection}.${line.field}`] ?? []) : [];
  const number = at + 1;
  return (
    <div className="filter-line">
      <select
        aria-label={`Field of condition ${number}`}
        value={line.field}
        onChange={(event) => {
          const next = fieldOf(fields, event.target.value);
          const [first = 'isNull'] = operatorsOf(next.type);
          onChange({ field: next.name, inner: '', operator: first, text: '', upperText: '' });
        }}
      >
        {fields.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      {hasInner(line, fields) && (
        <input
          className="mono filter-inner"
          aria-label={`Member of condition ${number}`}
          placeholder="all, or geo.lat"
          spellCheck={false}
          autoComplete="off"
          value={line.inner}
          onChange={(event) => onChange({ inner: event.target.value })}
        />
      )}
      <select
        aria-label={`Operator of condition ${number}`}
        value={line.operator}
        onChange={(event) =>
          onChange({
            operator:
              operatorsFor(line, fields).find((name) => name === event.target.value) ??
              line.operator,
          })
        }
      >
        {operatorsFor(line, fields).map((name) => (
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
      {line.operator === 'between' && (
        <span className="filter-upper">
          <span aria-hidden="true">and</span>
          <input
            className="mono"
            aria-label={`Upper value of condition ${number}`}
            aria-invalid={problem !== undefined}
            aria-describedby={problem === undefined ? undefined : `${id}-note`}
            list={`${id}-values`}
            spellCheck={false}
            autoComplete="off"
            value={line.upperText}
            onChange={(event) => onChange({ upperText: event.target.value })}
          />
        </span>
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
