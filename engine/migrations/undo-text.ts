/* What undoing a version does, step by step, the last one first. */
import type { BoundAlteration, BoundMigrationStep, IndexDefinition } from '#engine/aql';
import type { MigrationUndo, UndoneCollection } from '../catalog/migration-record.ts';
import { describeAction } from './step-text.ts';

/** One inverse step, as reports name it. */
export interface UndoStep {
  readonly collection: string;
  readonly text: string;
}

export function undoSteps({ created, dropped, altered }: MigrationUndo): readonly UndoStep[] {
  return [
    ...dropped.map(({ definition }) => ({
      collection: definition.name,
      text: `create collection ${definition.name}, with its documents`,
    })),
    ...altered.toReversed().flatMap(stepsOf),
    ...created.toReversed().map((name) => ({ collection: name, text: `drop collection ${name}` })),
  ];
}

function stepsOf({ before, steps }: UndoneCollection): readonly UndoStep[] {
  const texts = steps.flatMap((step) => inverseTexts(step, before));
  return texts.toReversed().map((text) => ({ collection: before.name, text }));
}

function inverseTexts(
  step: BoundMigrationStep,
  before: UndoneCollection['before'],
): readonly string[] {
  if (step.kind === 'migrateData') {
    return step.assignments.map(({ path }) => `set ${path.join('.')} as it was`);
  }
  if (step.kind !== 'alterCollection') return [];
  return step.actions.flatMap((action) => inverseText(action, before) ?? []);
}

/** Nothing for an action that did nothing. */
function inverseText(
  action: BoundAlteration,
  { fields, indexes }: UndoneCollection['before'],
): string | undefined {
  const { span } = action;
  switch (action.kind) {
    case 'addField':
      return action.isThere ? undefined : `drop ${action.field.name}`;
    case 'dropField': {
      const field = fields.find(({ name }) => name === action.name);
      if (field === undefined) return `add ${action.name}, with its values`;
      const added = describeAction({ kind: 'addField', field, isThere: false, span });
      return `${added}, with its values`;
    }
    case 'renameField':
      return `rename ${action.to} to ${action.from}`;
    case 'modifyField':
      return describeAction({
        kind: 'modifyField',
        before: action.field,
        field: action.before,
        span,
      });
    case 'addIndex':
      return action.isThere
        ? undefined
        : describeAction({ ...action.index, kind: 'dropIndex', span });
    case 'dropIndex': {
      const name = action.fields.join(',');
      const isDropped = (each: IndexDefinition) =>
        each.fields.join(',') === name && each.text === action.text;
      const index = indexes.find(isDropped) ?? {
        fields: action.fields,
        unique: fields.some((field) => field.name === name && field.unique),
      };
      return describeAction({ kind: 'addIndex', index, isThere: false, span });
    }
  }
}
