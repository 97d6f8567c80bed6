/* How the fields of a mutation would find the documents that they are about. Inserts find none and have no plan. */
import { type PhysicalNode, planName } from '../plan/physical-plan.ts';
import type { ExecEnvironment } from './environment.ts';
import type { ExecutableWrite } from './executable.ts';
import { Explaining } from './explaining.ts';
import type { ExplainedRoot } from './explanation.ts';
import { findCollection } from './find-collection.ts';
import { planSearch } from './find-documents.ts';
import type { VariableValues } from './operand.ts';
import { planFacts } from './plan-facts.ts';
import { filterOf, resolveTarget } from './run-mutation.ts';

/** What is done with what was found, as plans name it. */
const acts = {
  update: 'Update',
  upsert: 'Upsert',
  delete: 'Delete',
  export: 'Export',
  cancelJob: 'Update',
  retryJob: 'Update',
} as const;

export async function explainWrites(
  environment: ExecEnvironment,
  fields: readonly ExecutableWrite[],
  variables: VariableValues,
): Promise<{ readonly roots: readonly ExplainedRoot[]; readonly planningMs: number }> {
  const { clock, planner } = environment;
  const snapshot = await environment.settledSnapshot();
  try {
    const startedAt = clock.elapsed();
    const roots = fields.flatMap((field): readonly ExplainedRoot[] => {
      if (field.kind === 'insert' || field.kind === 'enqueue') return [];
      const collection = findCollection(snapshot, field.collection, field.span);
      const where = filterOf(field, variables);
      if (where === undefined) return [];
      const explaining = new Explaining(environment);
      const facts = planFacts(snapshot, planner, explaining);
      const filter = resolveTarget(where, collection, variables);
      const node: PhysicalNode = planSearch(facts, collection, filter);
      const act = acts[field.kind];
      const { responseKey: title, span } = field;
      return [
        {
          title,
          collection: field.collection,
          plan: `${planName(node)} → ${act}`,
          trees: [explaining.treeOf({ above: [act], node })],
          choices: explaining.choices,
          suggestions: explaining.suggestions,
          span,
        },
      ];
    });
    return { roots, planningMs: clock.elapsed() - startedAt };
  } finally {
    snapshot.release();
  }
}
