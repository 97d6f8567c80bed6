/* Steps of a migration in the language, for reports. */
import type { BoundAlteration, BoundAssignment, FieldDefinition, FieldType } from '#engine/aql';
import { indexText } from './definition-text.ts';

export function describeAction(action: BoundAlteration): string {
  switch (action.kind) {
    case 'addField':
      return `add ${fieldText(action.field)}`;
    case 'dropField':
      return `drop ${action.name}`;
    case 'renameField':
      return `rename ${action.from} to ${action.to}`;
    case 'modifyField':
      return `modify ${fieldText(addedTo(action.before, action.field))}`;
    case 'addIndex':
      return `add ${indexText(action.index)}`;
    case 'dropIndex':
      return `drop ${indexText(action)}`;
  }
}

export function describeAssignment({ path, where }: BoundAssignment): string {
  return `set ${path.join('.')}${where === undefined ? '' : ' where …'}`;
}

/** What `modify` names: a field keeps the rest of what it was. */
function addedTo(before: FieldDefinition, field: FieldDefinition): FieldDefinition {
  const { unique, indexed } = field;
  return { ...field, unique: unique && !before.unique, indexed: indexed && !before.indexed };
}

function fieldText({ name, type, nullable, unique, indexed }: FieldDefinition): string {
  const directive = unique ? ' @unique' : indexed ? ' @indexed' : '';
  return `${name}: ${typeText(type)}${nullable ? '' : '!'}${directive}`;
}

function typeText(type: FieldType): string {
  return type.kind === 'scalar' ? type.name : `[${typeText(type.element)}]`;
}
