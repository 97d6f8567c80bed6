import { Search, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import type { DatabaseId } from '#contract';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { type AuditFilter, auditQueryText, auditWhere } from './audit-filter.ts';
import { useAuditChoices } from './use-audit-choices.ts';

const minuteMs = 60_000;
const ranges = [
  { name: 'Any time', lengthMs: undefined },
  { name: 'Last 5 minutes', lengthMs: 5 * minuteMs },
  { name: 'Last hour', lengthMs: 60 * minuteMs },
  { name: 'Last day', lengthMs: 24 * 60 * minuteMs },
  { name: 'Last 7 days', lengthMs: 7 * 24 * 60 * minuteMs },
  { name: 'Between…', lengthMs: 24 * 60 * minuteMs },
] as const;
const between = ranges.length - 1;

const choiceWords = {
  action: { label: 'Operation', all: 'All operations' },
  collection: { label: 'Collection', all: 'All collections' },
  outcome: { label: 'Outcome', all: 'All outcomes' },
  source: { label: 'Source', all: 'All sources' },
} as const;
const choiceFields = ['action', 'collection', 'outcome', 'source'] as const;

/** What is looked for among the entries. */
export function AuditFilters(props: {
  readonly database: DatabaseId;
  readonly filter: AuditFilter;
  readonly onFilter: (change: Partial<AuditFilter>) => void;
  readonly onOpenText: (text: string) => void;
}) {
  const { database, filter, onFilter, onOpenText } = props;
  const [choices, readChoices] = useAuditChoices(database);
  return (
    <>
      <TextField
        className="audit-search"
        label="Search entries"
        isLabelHidden
        placeholder="Statement, error, id or caller"
        icon={<Search size={14} />}
        value={filter.text}
        onChange={(event) => onFilter({ text: event.target.value })}
      />
      <TimeRange filter={filter} onFilter={onFilter} />
      {choiceFields.map((field) => {
        const { label, all } = choiceWords[field];
        const chosen = filter[field];
        const isCode = field === 'outcome';
        const known = choices[field].filter((value) => !isCode || value !== 'ok');
        const values =
          chosen === '' || chosen === 'ok' || chosen === 'failed' || known.includes(chosen)
            ? known
            : [...known, chosen];
        return (
          <select
            key={field}
            className="audit-choice"
            aria-label={label}
            value={chosen}
            onFocus={readChoices}
            onChange={(event) => onFilter({ [field]: event.target.value })}
          >
            <option value="">{all}</option>
            {isCode && <option value="ok">Succeeded</option>}
            {isCode && <option value="failed">Failed</option>}
            {values.map((value) => (
              <option key={value}>{value}</option>
            ))}
          </select>
        );
      })}
      <button
        type="button"
        className="audit-choice"
        aria-pressed={filter.hasPageReads}
        title="What pages of the studio read to show it"
        onClick={() => onFilter({ hasPageReads: !filter.hasPageReads })}
      >
        Page reads
      </button>
      <IconButton
        label="Open as a query"
        icon={<SquareTerminal size={16} />}
        onClick={() => onOpenText(auditQueryText(auditWhere(filter)))}
      />
    </>
  );
}

function TimeRange(props: {
  readonly filter: AuditFilter;
  readonly onFilter: (change: Partial<AuditFilter>) => void;
}) {
  const { filter, onFilter } = props;
  const [chosen, setChosen] = useState(filter.since === undefined ? 0 : between);
  const choose = (at: number) => {
    const lengthMs = ranges[at]?.lengthMs;
    setChosen(at);
    onFilter({
      since: lengthMs === undefined ? undefined : Date.now() - lengthMs,
      until: at === between ? Date.now() : undefined,
    });
  };
  // A filter that was cleared from elsewhere is shown as cleared.
  const shown =
    filter.since === undefined && filter.until === undefined && chosen !== between ? 0 : chosen;
  return (
    <>
      <select
        className="audit-choice"
        aria-label="Time"
        value={shown}
        onChange={(event) => choose(Number(event.target.value))}
      >
        {ranges.map(({ name }, at) => (
          <option key={name} value={at}>
            {name}
          </option>
        ))}
      </select>
      {shown === between &&
        (['since', 'until'] as const).map((end) => (
          <input
            key={end}
            type="datetime-local"
            className="audit-choice"
            aria-label={end === 'since' ? 'From' : 'To'}
            step={1}
            value={localText(filter[end])}
            onChange={(event) => {
              const at = new Date(event.target.value).getTime();
              onFilter({ [end]: Number.isNaN(at) ? undefined : at });
            }}
          />
        ))}
    </>
  );
}

/** Local date and time as such a field takes it. */
function localText(at: number | undefined): string {
  if (at === undefined) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * minuteMs);
  return local.toISOString().slice(0, 19);
}
