/* What `@include` and `@skip` leave of a selection in one run, down to the last level. */
import type {
  BoundCondition,
  BoundEdgeField,
  BoundField,
  BoundGroupField,
  BoundPart,
  BoundPlainField,
  BoundRead,
  BoundSelected,
  Span,
} from '#engine/aql';
import { unreachable } from '../base/assert.ts';
import { AuroraError } from '../errors.ts';
import { isReadableEngineCollection } from './engine-collections.ts';
import { notExecutable } from './not-executable.ts';
import type { VariableValues } from './operand.ts';

/** Those of a list whose conditions hold. */
export function chosen<Item extends BoundSelected>(
  items: readonly Item[],
  values: VariableValues,
): readonly Item[] {
  return items.filter(({ condition }) => condition === undefined || holds(condition, values));
}

/** @throws AuroraError `NotExecutable` */
export function chosenRead<Read extends BoundRead & { readonly span: Span }>(
  read: Read,
  values: VariableValues,
): Read {
  const { collection, span } = read;
  if (collection.startsWith('_') && !isReadableEngineCollection(collection)) {
    throw notExecutable(`Reading the engine's collection "${collection}"`, span);
  }
  return { ...read, ...chosenShown(read, values) };
}

/** What is shown of documents, or in their place. */
export function chosenShown(
  { selection, parts }: Pick<BoundRead, 'selection' | 'parts'>,
  values: VariableValues,
): Pick<BoundRead, 'selection' | 'parts'> {
  const shown = { selection: chosenFields(selection, values) };
  return parts === undefined ? shown : { ...shown, parts: chosenParts(parts, values) };
}

function chosenFields(
  fields: readonly BoundField[],
  values: VariableValues,
): readonly BoundField[] {
  return chosen(fields, values).map((field) => {
    switch (field.kind) {
      case 'field':
        return chosenPlain(field, values);
      case 'join':
        return { ...field, read: chosenRead({ ...field.read, span: field.span }, values) };
      case 'computed':
      case 'typename':
        return field;
      case 'score':
      case 'highlight':
      case 'version':
        return field;
      default:
        return unreachable(field);
    }
  });
}

function chosenPlain(field: BoundPlainField, values: VariableValues): BoundPlainField {
  if (field.kind === 'typename' || field.selection === undefined) return field;
  const selection = chosen(field.selection, values).map((each) => chosenPlain(each, values));
  return { ...field, selection };
}

function chosenParts(parts: readonly BoundPart[], values: VariableValues): readonly BoundPart[] {
  return chosen(parts, values).map((part): BoundPart => {
    switch (part.kind) {
      case 'totalCount':
      case 'typename':
        return part;
      case 'pageInfo':
        return { ...part, fields: chosen(part.fields, values) };
      case 'aggregate':
        return { ...part, values: chosen(part.values, values) };
      case 'edges':
        return { ...part, fields: chosenInside(part.fields, values) };
      case 'groupBy':
        return { ...part, fields: chosenInside(part.fields, values) };
      default:
        return unreachable(part);
    }
  });
}

function chosenInside<Field extends BoundEdgeField | BoundGroupField>(
  fields: readonly Field[],
  values: VariableValues,
): readonly Field[] {
  return chosen(fields, values).map((field) => {
    if (field.kind === 'aggregate') return { ...field, values: chosen(field.values, values) };
    if (field.kind !== 'node' && field.kind !== 'nodes') return field;
    return { ...field, selection: chosenFields(field.selection, values) };
  });
}

function holds(condition: BoundCondition, values: VariableValues): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => holds(operand, values));
    case 'or':
      return condition.operands.some((operand) => holds(operand, values));
    case 'variable': {
      const value = values.get(condition.name);
      if (typeof value === 'boolean') return value === condition.wanted;
      throw new AuroraError('InvalidValue', `"$${condition.name}" must be true or false here.`, {
        span: condition.span,
        details: { variable: condition.name },
      });
    }
  }
}
