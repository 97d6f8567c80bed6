import type { DefinitionChangeInfo } from '#contract';
import { Badge } from '../../ui/badge.tsx';
import {
  type CollectionRows,
  collectionRows,
  type RowState,
  stayingText,
} from './definition-rows.ts';

const marks: Readonly<Record<RowState, string>> = {
  same: ' ',
  added: '+',
  removed: '−',
  renamed: '→',
  changed: '~',
};
const collectionMarks: Readonly<Record<CollectionRows['state'], string>> = {
  created: '+ created',
  dropped: '− dropped',
  altered: '~ altered',
};

/** The schema before and after, side by side; what a version takes away is marked. */
export function DefinitionView({
  definitions,
}: {
  readonly definitions: readonly DefinitionChangeInfo[];
}) {
  const collections = definitions
    .map(collectionRows)
    .filter(({ state, rows }) => state !== 'altered' || rows.some((row) => row.state !== 'same'));
  if (collections.length === 0) return null;
  return (
    <section className="migrations-schema" aria-label="Schema before and after">
      <h3>Schema before and after</h3>
      {collections.map(({ name, state, rows }) => (
        <table key={name} aria-label={`Fields of ${name}`}>
          <caption>
            <bdi className="mono">{name}</bdi>{' '}
            <span className="migrations-quiet">
              {[collectionMarks[state], ...stayingText(rows)].join('; ')}
            </span>{' '}
            {state === 'dropped' && <Badge tone="danger">destructive</Badge>}
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">What happens</span>
              </th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changedRows(rows).map((row) => (
              <tr key={`${row.kind} ${row.before} ${row.after}`} className={`is-${row.state}`}>
                <td>
                  <span aria-hidden className="mono">
                    {marks[row.state]}
                  </span>
                  <span className="visually-hidden">{row.state}</span>
                </td>
                <td className="mono">{row.before}</td>
                <td className="mono">
                  {row.after}{' '}
                  {row.isDestructive && state === 'altered' && (
                    <Badge tone="danger">destructive</Badge>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}

function changedRows(rows: CollectionRows['rows']): CollectionRows['rows'] {
  return rows.filter(({ state }) => state !== 'same');
}
