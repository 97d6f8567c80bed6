import { type ReactNode, useCallback, useState } from 'react';
import type { DatabaseInfo, WireSpan } from '#contract';
import { Kbd } from '../../ui/kbd.tsx';
import { PlanPanel, type PlanPanelProps } from '../explain/plan-panel.tsx';
import type { PlanRequest } from '../explain/plan-run.ts';
import { usePlan } from '../explain/use-plan.ts';
import type { WriteGuard } from '../guard/write-guard.ts';
import type { RunSnapshot } from './query-run.ts';
import type { ResultTab } from './result-area.tsx';

/** The plan of a tab: its panel, and the two ways to it, asking for it and going to its view. */
export function useQueryPlan(options: {
  readonly database: DatabaseInfo;
  readonly guard: WriteGuard;
  readonly text: string;
  readonly place: WireSpan | undefined;
  /** The last run, and whether its text is still the text. */
  readonly run: RunSnapshot;
  readonly isTextAsRun: boolean;
  readonly setView: (view: ResultTab) => void;
  readonly keys: readonly string[];
  readonly acts: {
    readonly planPlaces: PlanPanelProps['askPlaces'];
    readonly highlight: (spans: readonly WireSpan[]) => void;
    readonly reveal: (span: WireSpan) => void;
  };
}): {
  readonly panel: ReactNode;
  readonly explain: (request: PlanRequest) => void;
  readonly showView: (view: ResultTab) => void;
} {
  const { database, guard, text, run, setView, acts } = options;
  const plan = usePlan(database, guard);
  const [plannedText, setPlannedText] = useState<string>();
  const explain = useCallback(
    (request: PlanRequest) => {
      setPlannedText(text);
      setView('plan');
      void plan.run.explain(request, { analyze: false });
    },
    [plan.run, setView, text],
  );
  const showView = (view: ResultTab) => {
    const { variables = {}, offset, state } = run;
    const hasRun = state !== 'idle' && options.isTextAsRun;
    const isNew = plan.plan.request?.text !== run.text;
    if (view === 'plan' && hasRun && isNew) explain({ text: run.text, variables, offset });
    else setView(view);
  };
  const panel = (
    <PlanPanel
      plan={plan.plan}
      isTextAsPlanned={plannedText === text}
      place={options.place}
      explainKeys={<Kbd keys={options.keys} />}
      onMeasure={plan.measure}
      onCancel={plan.cancel}
      onTry={plan.tryIndex}
      onCreate={plan.create}
      creating={plan.creating}
      createError={plan.createError}
      askPlaces={acts.planPlaces}
      onHighlight={acts.highlight}
      onReveal={acts.reveal}
    />
  );
  return { panel, explain, showView };
}
