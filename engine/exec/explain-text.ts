/*
 * Explains queries: their plans with estimates, what else was thought of, and with analyze what each operator gave. A
 * plan is made as for running, with somebody who listens to the planner and stands between the operators. Of mutations
 * it is explained how they find what they write; nothing is written.
 */
import type { BoundStatement, Span } from '#engine/aql';
import { AuroraError } from '../errors.ts';
import { withEngineCollections } from './engine-collections.ts';
import type { ExecEnvironment } from './environment.ts';
import { type ExecutableRoot, isRead, prepareRun, writesOf } from './executable.ts';
import { explainWrites } from './explain-writes.ts';
import { Explaining } from './explaining.ts';
import type { ExplainedRoot, Explanation } from './explanation.ts';
import type { VariableValues } from './operand.ts';
import type { GivenVariables } from './prepared-text.ts';
import { ResultSpool } from './result-spool.ts';
import { OpenRoot } from './root-run.ts';

/** @throws AuroraError `NotExecutable` for definitions, and for mutations that would have to run */
export async function explainStatements(
  environment: ExecEnvironment,
  statements: readonly BoundStatement[],
  given: GivenVariables,
  { analyze }: { readonly analyze: boolean },
): Promise<Explanation> {
  const roots: ExplainedRoot[] = [];
  let planningMs = 0;
  for (const bound of statements) {
    const { statement, variables } = prepareRun(bound, given);
    if (statement.kind === 'mutation' && !analyze) {
      const explained = await explainWrites(environment, writesOf(statement.fields), variables);
      roots.push(...explained.roots);
      planningMs += explained.planningMs;
      continue;
    }
    if (statement.kind !== 'query') throw notExplainable(statement.kind, bound.span);
    const reads = statement.roots.filter(isRead);
    const reading = await withEngineCollections(environment, reads);
    for (const root of reads) {
      const explained = await explainRoot(reading, root, variables, analyze);
      roots.push(explained.root);
      planningMs += explained.planningMs;
    }
  }
  return { roots, planningMs };
}

function notExplainable(kind: 'mutation' | 'schema' | 'migration', span: Span): AuroraError {
  if (kind === 'mutation') {
    return new AuroraError('NotExecutable', 'With analyze a mutation would have to run.', {
      span,
      hint: 'Explain it without analyze; a preview says what it would do.',
    });
  }
  return new AuroraError('NotExecutable', `A ${kind} block has no plan to explain.`, {
    span,
    hint: 'A preview says what it would do.',
  });
}

async function explainRoot(
  environment: ExecEnvironment,
  root: ExecutableRoot,
  variables: VariableValues,
  analyze: boolean,
): Promise<{ readonly root: ExplainedRoot; readonly planningMs: number }> {
  const { clock } = environment;
  const snapshot = await environment.settledSnapshot();
  const spool = new ResultSpool(environment.spoolSpace);
  try {
    const explaining = new Explaining(environment);
    const startedAt = clock.elapsed();
    const opened = new OpenRoot(root, { environment, snapshot, spool, variables, explaining });
    const planningMs = clock.elapsed() - startedAt;
    try {
      let rowCount = 0;
      if (analyze) {
        for (let batch = await opened.next(); batch; batch = await opened.next()) {
          rowCount += batch.documents.length;
        }
      }
      const { rowsRead, elapsedMs } = opened;
      const explained: ExplainedRoot = {
        title: root.responseKey,
        collection: root.collection,
        plan: opened.plan,
        trees: opened.outlines.map((outline) => explaining.treeOf(outline)),
        choices: explaining.choices,
        suggestions: explaining.suggestions,
        span: root.span,
        ...(analyze ? { actual: { rowCount, rowsRead, elapsedMs } } : {}),
      };
      return { root: explained, planningMs };
    } finally {
      opened.end();
    }
  } finally {
    snapshot.release();
    await spool.close();
  }
}
