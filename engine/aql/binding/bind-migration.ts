/*
 * `migrate`: versions run in the order written, and each step sees what those before it leave. A version that is
 * recorded as applied is skipped when the text runs again; the fields it names may be gone by then, so it is not
 * checked against the schema of today.
 */

import type { BoundExpression } from '../bound-expression.ts';
import type {
  BoundAssignment,
  BoundMigrationStep,
  BoundMigrationVersion,
} from '../bound-schema.ts';
import type { CatalogShape, CollectionDefinition } from '../catalog-shape.ts';
import type {
  AssignmentNode,
  DataMigrationNode,
  MigrateNode,
  MigrationStepNode,
  MigrationVersionNode,
} from '../syntax/ast.ts';
import { bindAlteration } from './bind-alteration.ts';
import { bindDefinition } from './bind-definition.ts';
import { bindExpression } from './bind-expression.ts';
import { bindFilter } from './bind-filter.ts';
import { bindDrop, catalogAfter } from './bind-schema.ts';
import { type BindingContext, report, requireCollection } from './binding-context.ts';
import { withoutPlaces } from './conditions.ts';
import { typeText } from './field-access.ts';
import { type PathPlace, pathPlace } from './field-paths.ts';
import { valueProblem, withArticle } from './value-rules.ts';

/** What a migrate block does, and the catalog as it is afterwards. */
export interface BoundMigration {
  readonly versions: readonly BoundMigrationVersion[];
  readonly catalog: CatalogShape;
}

export function bindMigration(context: BindingContext, node: MigrateNode): BoundMigration {
  let catalog = context.catalog;
  const seen = new Set<string>();
  const versions = node.versions.map((version): BoundMigrationVersion => {
    checkVersion(context, version, seen);
    const base = {
      version: version.version.value,
      meaning: withoutPlaces(version.steps),
      span: version.span,
    };
    if (context.catalog.migrations?.includes(base.version) === true) {
      return { ...base, steps: [], isRecorded: true };
    }
    const steps: BoundMigrationStep[] = [];
    for (const each of version.steps) {
      const step = bindStep({ ...context, catalog }, each);
      if (step === undefined) continue;
      steps.push(step);
      if (step.kind !== 'migrateData') catalog = catalogAfter(catalog, step);
    }
    return { ...base, steps, isRecorded: false };
  });
  return { versions, catalog };
}

function checkVersion(
  context: BindingContext,
  { version, steps }: MigrationVersionNode,
  seen: Set<string>,
): void {
  if (version.value === '') {
    const message = 'A version needs a name, such as "v1.1.0".';
    report(context, version.span, { code: 'InvalidName', message });
  } else if (seen.has(version.value)) {
    report(context, version.span, {
      code: 'DuplicateName',
      message: `The version "${version.value}" is given twice.`,
      hint: 'Each version is applied once; put the steps together or choose another name.',
    });
  } else if (steps.length === 0) {
    const message = `The version "${version.value}" has no steps.`;
    report(context, version.span, { code: 'MissingArgument', severity: 'warning', message });
  }
  seen.add(version.value);
}

function bindStep(
  context: BindingContext,
  node: MigrationStepNode,
): BoundMigrationStep | undefined {
  switch (node.kind) {
    case 'defineCollection':
      return bindDefinition(context, node);
    case 'alterCollection':
      return bindAlteration(context, node);
    case 'dropCollection':
      return bindDrop(context, node);
    case 'migrateData':
      return bindDataStep(context, node);
  }
}

function bindDataStep(
  context: BindingContext,
  node: DataMigrationNode,
): BoundMigrationStep | undefined {
  const collection = requireCollection(context, node.collection, 'write');
  if (collection === undefined) return undefined;
  const assignments = node.assignments.flatMap(
    (each) => bindAssignment({ ...context, variables: undefined }, collection, each) ?? [],
  );
  return { kind: 'migrateData', collection: collection.name, assignments, span: node.span };
}

function bindAssignment(
  context: BindingContext,
  collection: CollectionDefinition,
  node: AssignmentNode,
): BoundAssignment | undefined {
  const [first] = node.path;
  if (first === undefined) return undefined;
  const span = { start: first.span.start, end: node.path.at(-1)?.span.end ?? first.span.end };
  const target = bindTarget(context, collection, {
    value: node.path.map(({ value }) => value).join('.'),
    span,
  });
  const expression = bindExpression(context, collection, node.expression);
  const where = node.where && bindFilter(context, collection, node.where);
  if (target === undefined || expression === undefined) return undefined;
  checkFits(context, collection, target, expression);
  const base = { path: target.path, expression, span: node.span };
  return where === undefined ? base : { ...base, where };
}

function bindTarget(
  context: BindingContext,
  collection: CollectionDefinition,
  name: { readonly value: string; readonly span: AssignmentNode['span'] },
): PathPlace | undefined {
  if (name.value === 'id') {
    const message = 'The "id" of a document cannot be changed.';
    return report(context, name.span, { code: 'InvalidValue', message });
  }
  return pathPlace(context, collection, name);
}

/** Whether a field can hold what an expression gives; texts that a run must parse are left to it. */
function checkFits(
  context: BindingContext,
  collection: CollectionDefinition,
  { path, type, nullable }: PathPlace,
  expression: BoundExpression,
): void {
  const place = `"${path.join('.')}" of "${collection.name}"`;
  const { span } = expression;
  if (expression.kind === 'literal') {
    if (expression.value === null && !nullable) {
      report(context, span, { code: 'ValidationError', message: `${place} cannot be null.` });
    }
    const problem = valueProblem(type, expression.value, 'data');
    if (problem === undefined) return;
    const message = `${problem.message}, which ${place} needs.`;
    report(context, span, { code: problem.code, message });
    return;
  }
  const [given, wanted] = [typeText(expression.type), typeText(type)];
  const isText = (name: string) => ['String', 'Uuid', 'DateTime'].includes(name);
  const fits =
    given === wanted ||
    given.includes('Any') ||
    wanted === 'Any' ||
    (given === 'Int' && wanted === 'Float') ||
    (isText(given) && isText(wanted)) ||
    (type.kind === 'list' && expression.kind === 'list');
  if (fits) return;
  const message = `The expression gives ${withArticle(given)}, but ${place} needs ${withArticle(wanted)}.`;
  report(context, span, { code: 'TypeMismatch', message });
}
