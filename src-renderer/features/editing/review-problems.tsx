import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { holdText, type PlacedProblem, type StagedPlace } from './staged-place.ts';

const shownMax = 100;

/** All that has to be corrected before the commit, each with the way to its cell. */
export function ReviewProblems(props: {
  readonly problems: readonly PlacedProblem[];
  readonly rowOf: (place: StagedPlace) => number | undefined;
  readonly onGo: (place: StagedPlace) => void;
}) {
  const { problems, rowOf, onGo } = props;
  if (problems.length === 0) return null;
  const rest = problems.length - shownMax;
  return (
    <section className="review-problems" aria-label="To be corrected">
      <ErrorNote message={`To be corrected before the commit: ${holdText(problems)}.`} />
      <ul>
        {problems.slice(0, shownMax).map((problem) => {
          const { collection, id, field, message } = problem;
          const row = rowOf(problem);
          const where = row === undefined ? id : `Row ${(row + 1).toLocaleString('en-US')}`;
          return (
            <li key={`${collection} ${id} ${field}`}>
              <span className="mono">{where}</span>
              <span className="mono">{field}</span>
              <span>{message}</span>
              <Button
                look="quiet"
                aria-label={`Go to ${where}, ${field}`}
                onClick={() => onGo(problem)}
              >
                Go to
              </Button>
            </li>
          );
        })}
      </ul>
      {rest > 0 && <p className="review-note">{`And ${rest.toLocaleString('en-US')} more.`}</p>}
    </section>
  );
}
