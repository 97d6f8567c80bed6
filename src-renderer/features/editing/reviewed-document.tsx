import { Button } from '../../ui/button.tsx';
import { shownPair, shownText } from './shown-pair.ts';
import { fieldValue, type MergedDocument, type Side } from './staged-document.ts';
import { discard, resolve } from './staged-edits.ts';
import { isBlocking, type StagedProblem } from './staged-problems.ts';
import type { StagedStore } from './staged-store.ts';

const signs = { insert: '+', update: '~', delete: '−' } as const;
const words = { insert: 'Insert', update: 'Change', delete: 'Delete' } as const;

/** What becomes of one document, and what others have made of it. */
export function ReviewedDocument(props: {
  readonly document: MergedDocument;
  readonly store: StagedStore;
}) {
  const { document, store } = props;
  const { id, kind, conflict } = document;
  const decide = (side: Side, field?: string) =>
    store.apply((state) => resolve(state, id, side, field));
  return (
    <li className={`review-item is-${kind}`}>
      <header>
        <span className="review-sign" aria-hidden="true">
          {signs[kind]}
        </span>
        <strong>{words[kind]}</strong>
        <span className="mono review-id">{`${store.collection} ${id}`}</span>
        <Button look="quiet" onClick={() => store.apply((state) => discard(state, [id]))}>
          Discard
        </Button>
      </header>
      {conflict !== undefined && conflict.kind !== 'fields' && (
        <p className="review-conflict">
          {conflict.kind === 'gone'
            ? 'It was deleted while you edited it.'
            : `Others changed it meanwhile: ${conflict.fields.join(', ')}.`}
          <Button onClick={() => decide('mine')}>
            {conflict.kind === 'gone' ? 'Insert mine again' : 'Keep mine'}
          </Button>
          <Button onClick={() => decide('theirs')}>Take theirs</Button>
        </p>
      )}
      <ChangedFields
        document={document}
        problems={store.problems().get(id) ?? []}
        onDecide={decide}
      />
    </li>
  );
}

function ChangedFields(props: {
  readonly document: MergedDocument;
  readonly problems: readonly StagedProblem[];
  readonly onDecide: (side: Side, field: string) => void;
}) {
  const { document, problems, onDecide } = props;
  const { conflict } = document;
  const conflicting = conflict?.kind === 'fields' ? conflict.fields : [];
  const hasConflict = conflict !== undefined && conflict.kind !== 'gone';
  return (
    <table className="review-fields">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">{hasConflict ? 'Base' : 'Before'}</th>
          {hasConflict && <th scope="col">Theirs</th>}
          <th scope="col">{hasConflict ? 'Mine' : 'After'}</th>
        </tr>
      </thead>
      <tbody>
        {shownFields(document, problems).map((field) => (
          <ChangedField
            key={field}
            {...{ document, field, hasConflict, onDecide }}
            isConflicting={conflicting.includes(field)}
            problem={problems.find((each) => each.field === field)}
          />
        ))}
      </tbody>
    </table>
  );
}

function ChangedField(props: {
  readonly document: MergedDocument;
  readonly field: string;
  /** True where there is a column for theirs. */
  readonly hasConflict: boolean;
  readonly isConflicting: boolean;
  readonly problem: StagedProblem | undefined;
  readonly onDecide: (side: Side, field: string) => void;
}) {
  const { document, field, hasConflict, isConflicting, problem, onDecide } = props;
  const { kind, base = {}, mine = {}, theirs = {} } = document;
  const pair = shownPair(fieldValue(base, field), fieldValue(mine, field));
  return (
    <tr>
      <th scope="row" className="mono">
        {field}
      </th>
      <td className="mono review-before">{kind === 'insert' ? '' : pair.before}</td>
      {hasConflict && (
        <td className="mono">
          {shownText(fieldValue(theirs, field))}
          {isConflicting && (
            <Button
              aria-label={`Take theirs for ${field}`}
              onClick={() => onDecide('theirs', field)}
            >
              Take theirs
            </Button>
          )}
        </td>
      )}
      <td className="mono review-after">
        {kind === 'delete' ? '' : pair.after}
        <ProblemNote problem={problem} />
        {isConflicting && (
          <Button aria-label={`Keep mine for ${field}`} onClick={() => onDecide('mine', field)}>
            Keep mine
          </Button>
        )}
      </td>
    </tr>
  );
}

/** What a commit would write, and what it lacks. */
function shownFields(
  { kind, base = {}, changedFields }: MergedDocument,
  problems: readonly StagedProblem[],
): readonly string[] {
  if (kind === 'delete') return Object.keys(base).filter((field) => field !== 'id');
  const fields = new Set([...changedFields, ...problems.map(({ field }) => field)]);
  return [...fields].filter((field) => field !== 'id');
}

function ProblemNote({ problem }: { readonly problem: StagedProblem | undefined }) {
  if (problem === undefined) return null;
  return (
    <span className={isBlocking(problem) ? 'review-problem' : 'review-problem is-doubtful'}>
      {problem.message}
    </span>
  );
}
