import { ChevronRight } from 'lucide-react';
import { Fragment, useEffect, useMemo, useState } from 'react';
import type { PlanChoice, PlannedRoot, WireSpan } from '#contract';
import { countText } from '../query/status-text.ts';
import type { PlanPanelProps } from './plan-panel.tsx';
import type { PlanRequest } from './plan-run.ts';
import { type PlanStep, planSteps, readsText, rowsText, shortTime } from './plan-text.ts';

export interface PlanRootProps {
  readonly root: PlannedRoot;
  readonly request: PlanRequest | undefined;
  readonly isTextAsPlanned: boolean;
  readonly place: WireSpan | undefined;
  readonly askPlaces: PlanPanelProps['askPlaces'];
  readonly onHighlight: (spans: readonly WireSpan[]) => void;
  readonly onReveal: (span: WireSpan) => void;
}

const nowhere: readonly WireSpan[] = [];
const noPlaces: ReadonlyMap<string, readonly WireSpan[]> = new Map();

/** The plan of one root: its steps from the source to what it gives, and the ways that were not taken. */
export function PlanRoot(props: PlanRootProps) {
  const { root } = props;
  const trees = useMemo(() => root.trees.map(planSteps), [root]);
  const places = usePlanPlaces(props, trees);
  const { actual } = root;
  return (
    <section className="plan-root" aria-label={`Plan of ${root.title}`}>
      <header className="plan-root-head">
        <h3>{root.title}</h3>
        {actual !== undefined && (
          <span>
            {countText(actual.rowCount, 'row')}, {actual.rowsRead.toLocaleString('en-US')} read,{' '}
            {shortTime(actual.elapsedMs)}
          </span>
        )}
      </header>
      {trees.map((steps, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: plans of a root have no identity beyond their order.
        <ol className="plan-graph" key={at} aria-label={`Steps of ${root.title}`}>
          {steps.map((step, nth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity beyond their order.
            <Fragment key={nth}>
              {nth > 0 && <ChevronRight size={14} className="plan-arrow" aria-hidden />}
              <Step {...props} step={step} spans={places.get(step.operator.operator) ?? nowhere} />
            </Fragment>
          ))}
        </ol>
      ))}
      {root.choices.map((choice, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: choices have no identity beyond their order.
        <Choices key={at} choice={choice} title={root.title} />
      ))}
    </section>
  );
}

/** Places of the document by the operator that they ask for; none once the text is another one. */
function usePlanPlaces(
  { root, request, isTextAsPlanned, askPlaces }: PlanRootProps,
  trees: readonly (readonly PlanStep[])[],
): ReadonlyMap<string, readonly WireSpan[]> {
  const [found, setFound] = useState<ReadonlyMap<string, readonly WireSpan[]>>(noPlaces);
  const { start } = root.span;
  useEffect(() => {
    if (request === undefined) return;
    let isGone = false;
    const { text, offset } = request;
    const operators = trees.flat().map(({ operator }) => operator.operator);
    void askPlaces(text, start, operators).then((lists) => {
      if (isGone) return;
      const inDocument = (span: WireSpan) => ({
        start: span.start + offset,
        end: span.end + offset,
      });
      setFound(new Map(operators.map((name, at) => [name, (lists[at] ?? []).map(inDocument)])));
    });
    return () => {
      isGone = true;
      setFound(noPlaces);
    };
  }, [request, start, trees, askPlaces]);
  return isTextAsPlanned ? found : noPlaces;
}

function Step({
  step,
  spans,
  place,
  onHighlight,
  onReveal,
}: PlanRootProps & { readonly step: PlanStep; readonly spans: readonly WireSpan[] }) {
  const { operator, ownMs, share } = step;
  const [first] = spans;
  const isAtCursor =
    place !== undefined && spans.some(({ start, end }) => start <= place.start && place.end <= end);
  return (
    <li className="plan-item">
      <button
        type="button"
        className={`plan-step${isAtCursor ? ' is-at-cursor' : ''}`}
        aria-current={isAtCursor ? 'location' : undefined}
        title={first === undefined ? undefined : 'Show the part of the text that asks for it'}
        onMouseEnter={() => onHighlight(spans)}
        onMouseLeave={() => onHighlight([])}
        onFocus={() => onHighlight(spans)}
        onBlur={() => onHighlight([])}
        onClick={() => {
          if (first !== undefined) onReveal(first);
        }}
      >
        <span className="plan-step-name mono">{operator.operator}</span>
        <span className="plan-step-facts">{rowsText(operator)}</span>
        <span className="plan-step-facts">{readsText(operator)}</span>
        <span className="plan-step-facts">{ownMs === undefined ? '' : shortTime(ownMs)}</span>
        {share !== undefined && (
          <span className="plan-step-bar" aria-hidden="true">
            <span style={{ width: `${Math.round(100 * share)}%` }} />
          </span>
        )}
      </button>
    </li>
  );
}

/** A tenth says nothing of hundreds, and would stand out of the line of digits. */
function costText(cost: number): string {
  return cost.toLocaleString('en-US', { maximumFractionDigits: cost < 100 ? 1 : 0 });
}

/** The ways to the documents, the cheapest first, by their cost beside the one that was taken. */
function Choices({
  choice,
  title,
}: {
  readonly choice: readonly PlanChoice[];
  readonly title: string;
}) {
  return (
    <table className="plan-choices" aria-label={`Ways to the documents of ${title}`}>
      <thead>
        <tr>
          <th scope="col">Way to the documents</th>
          <th scope="col">Documents</th>
          <th scope="col">Cost</th>
          <th scope="col">Taken</th>
        </tr>
      </thead>
      <tbody>
        {choice.map(({ source, cost, rowsEstimate, isChosen }) => (
          <tr key={source} className={isChosen ? 'is-chosen' : undefined}>
            <td className="mono">{source}</td>
            <td>{Math.round(rowsEstimate).toLocaleString('en-US')}</td>
            <td>{costText(cost)}</td>
            <td>{isChosen ? '✓ taken' : 'rejected'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
