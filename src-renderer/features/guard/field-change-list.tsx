import type { WireValue } from '#contract';
import type { FieldChange } from './field-changes.ts';

/** Fields before and after, a line each; the id stands where a document begins. */
export function FieldChangeList({
  changes,
  label,
}: {
  readonly changes: readonly FieldChange[];
  readonly label: string;
}) {
  return (
    <div className="guard-changes">
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Document</th>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ id, column, before, after }, at) => (
            <tr key={`${id} ${column.name}`}>
              <td className="mono">{changes[at - 1]?.id === id ? '' : shortId(id)}</td>
              <td className="mono">{column.name}</td>
              <td className="mono guard-before">{valueText(before)}</td>
              <td className="mono guard-after">{valueText(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shortId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id;
}

function valueText(value: WireValue | undefined): string {
  if (value === undefined) return '— not set';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '') return '""';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
