import { Gauge, Square } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { SuggestedIndex, WireSpan } from '#contract';
import { errorText } from '../../client/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { IndexSuggestion } from './index-suggestion.tsx';
import './plan.css';
import { PlanRoot } from './plan-root.tsx';
import { indexKey, measuredMs, type PlanSnapshot } from './plan-run.ts';
import { shortTime } from './plan-text.ts';

export interface PlanPanelProps {
  readonly plan: PlanSnapshot;
  /** False once the text was edited: the places of the plan no longer hold. */
  readonly isTextAsPlanned: boolean;
  /** The selection in the text. */
  readonly place: WireSpan | undefined;
  readonly explainKeys: ReactNode;
  /** Runs the text and measures its operators. */
  readonly onMeasure: () => void;
  readonly onCancel: () => void;
  readonly onTry: (index: SuggestedIndex) => void;
  readonly onCreate: (index: SuggestedIndex) => void;
  /** The key of the index that is being created. */
  readonly creating: string | undefined;
  readonly createError: unknown;
  /** Where a text asks for operators of the plan of the root that begins at `start`; a list for each. */
  readonly askPlaces: (
    text: string,
    start: number,
    operators: readonly string[],
  ) => Promise<readonly (readonly WireSpan[])[]>;
  /** Marks places of the document while something is looked at. */
  readonly onHighlight: (spans: readonly WireSpan[]) => void;
  readonly onReveal: (span: WireSpan) => void;
}

/** How the queries of a text find their documents, what that costs, and which index would help. */
export function PlanPanel(props: PlanPanelProps) {
  const { plan: snapshot, explainKeys, onMeasure, onCancel } = props;
  const { state, plan, error, before, trials } = snapshot;
  const suggestions = useMemo(() => (plan === undefined ? [] : uniqueOf(plan.roots)), [plan]);
  const isTrying = [...trials.values()].some(({ kind }) => kind === 'trying');
  const isBusy = state === 'working' || isTrying;
  if (state === 'none') {
    return (
      <EmptyState title="Explain a query to see how it finds its documents" hint={explainKeys} />
    );
  }
  const elapsedMs = plan && measuredMs(plan);
  return (
    <section className="plan" aria-label="Plan">
      <ProgressBar
        label={isTrying ? 'Trying an index' : 'Making the plan'}
        isActive={isBusy || props.creating !== undefined}
      />
      <div className="plan-bar">
        <Button icon={<Gauge size={14} />} disabled={isBusy} onClick={onMeasure}>
          {elapsedMs === undefined ? 'Run and measure' : 'Measure again'}
        </Button>
        {isBusy && (
          <Button icon={<Square size={14} />} onClick={onCancel}>
            Cancel
          </Button>
        )}
        <p className="plan-facts" role="status">
          {state === 'cancelled'
            ? 'Cancelled'
            : plan && factsText(elapsedMs, plan.planningMs, before?.elapsedMs)}
        </p>
      </div>
      {error !== undefined && <ErrorNote {...errorText(error)} />}
      {before !== undefined && (
        <p className="plan-before">
          Before: <span className="mono">{before.plan}</span>, {shortTime(before.elapsedMs)}
        </p>
      )}
      {props.createError !== undefined && <ErrorNote {...errorText(props.createError)} />}
      {suggestions.map((index) => (
        <IndexSuggestion
          key={indexKey(index)}
          index={index}
          trial={trials.get(indexKey(index))}
          isBusy={isBusy || props.creating !== undefined}
          isCreating={props.creating === indexKey(index)}
          onTry={props.onTry}
          onCreate={props.onCreate}
        />
      ))}
      {plan?.roots.map((root, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: roots have no identity beyond their order.
        <PlanRoot key={at} {...props} root={root} request={snapshot.request} />
      ))}
      {plan?.roots.length === 0 && <EmptyState title="The text reads no collection" />}
    </section>
  );
}

function factsText(
  elapsedMs: number | undefined,
  planningMs: number,
  beforeMs: number | undefined,
): string {
  if (elapsedMs === undefined) return `Not run; planned in ${shortTime(planningMs)}`;
  const now = `Took ${shortTime(elapsedMs)}`;
  return beforeMs === undefined ? now : `${now}; before ${shortTime(beforeMs)}`;
}

function uniqueOf(
  roots: readonly { readonly suggestions: readonly SuggestedIndex[] }[],
): readonly SuggestedIndex[] {
  const byKey = new Map<string, SuggestedIndex>();
  for (const { suggestions } of roots) {
    for (const suggestion of suggestions) byKey.set(indexKey(suggestion), suggestion);
  }
  return [...byKey.values()];
}
