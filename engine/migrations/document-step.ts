/* What one step of a migration does to a document of its collection. */
import type {
  BoundAlteration,
  BoundAssignment,
  CollectionDefinition,
  FieldDefinition,
  FieldType,
  JsonValue,
} from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { fieldTypeAt } from '../catalog/field-type-at.ts';
import { type StoredForm, toOutput, toStored } from '../catalog/stored-form.ts';
import { compileExpression, type ExpressionContext } from '../exec/compile-expression.ts';
import { compileFilter } from '../exec/compile-filter.ts';
import { resolveFilter } from '../exec/resolve-filter.ts';
import { isObject, sameValue } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { convertStored } from './value-conversion.ts';

/** A document while the steps of a version go over it. */
export type OpenDocument = { id: string; [field: string]: StoredValue };

/** Takes a document that a step cannot go over, with the value that keeps it from that. */
export type Refuse = (document: StoredDocument, problem: string) => void;

export interface DocumentStep {
  /** Changes the document in place; true when it is another one then. */
  readonly apply: (document: OpenDocument, refuse: Refuse) => boolean;
  /** The part of a document that the step is about, in JSON form, before and after it. */
  readonly before: ShownPart;
  readonly after: ShownPart;
}

type ShownPart = (document: StoredDocument) => { readonly [field: string]: JsonValue };

/** The moment of a version, and where its new ids come from. */
export type StepContext = Pick<ExpressionContext, 'newId'> & { readonly nowMs: number };

/** What an action of `alter collection` does to documents; `undefined` when it leaves them alone. */
export function alterationStep(
  action: BoundAlteration,
  altered: CollectionDefinition,
  { nowMs }: StepContext,
): DocumentStep | undefined {
  switch (action.kind) {
    case 'addField':
      return action.isThere ? undefined : additionStep(action.field, nowMs);
    case 'dropField':
      return {
        apply: (document) => Object.hasOwn(document, action.name) && delete document[action.name],
        before: part(action.name, anyType),
        after: () => ({}),
      };
    case 'renameField':
      return renamingStep(action, fieldTypeAt(altered, [action.to]));
    case 'modifyField':
      return conversionStep(action.before, action.field);
    case 'addIndex':
    case 'dropIndex':
      return undefined;
  }
}

const anyType: FieldType = { kind: 'scalar', name: 'Any' };

/** Documents get the default; what an open collection holds under the name already has to fit. */
function additionStep(field: FieldDefinition, nowMs: number): DocumentStep {
  const filling = defaultOf(field, nowMs);
  return {
    apply: (document, refuse) => {
      if (Object.hasOwn(document, field.name)) {
        return put(
          document,
          field.name,
          convertStored(valueAt(document, field.name), anyType, field.type),
          refuse,
        );
      }
      if (filling === undefined) return false;
      document[field.name] = filling;
      return true;
    },
    before: part(field.name, anyType),
    after: part(field.name, field.type),
  };
}

function defaultOf({ default: given, type }: FieldDefinition, nowMs: number) {
  if (given === undefined) return undefined;
  if (given.kind === 'now') return nowMs;
  const converted = toStored(type, given.value);
  return converted.kind === 'stored' ? converted.value : undefined;
}

/** Without the field, what an open collection holds under its new name becomes its value, and has to fit. */
function renamingStep(
  { from, to }: { readonly from: string; readonly to: string },
  type: FieldType,
): DocumentStep {
  return {
    apply: (document, refuse) => {
      if (!Object.hasOwn(document, from)) {
        if (!Object.hasOwn(document, to)) return false;
        return put(document, to, convertStored(valueAt(document, to), anyType, type), refuse);
      }
      document[to] = valueAt(document, from);
      delete document[from];
      return true;
    },
    before: part(from, anyType),
    after: part(to, anyType),
  };
}

function conversionStep(before: FieldDefinition, field: FieldDefinition): DocumentStep {
  const { name } = field;
  return {
    apply: (document, refuse) =>
      Object.hasOwn(document, name) &&
      put(document, name, convertStored(valueAt(document, name), before.type, field.type), refuse),
    before: part(name, before.type),
    after: part(name, field.type),
  };
}

/** `set field = expression where { … }` over documents of a definition. */
export function assignmentStep(
  { path, expression, where }: BoundAssignment,
  definition: CollectionDefinition,
  { nowMs, newId }: StepContext,
): DocumentStep {
  const now = new Date(nowMs).toISOString();
  const evaluate = compileExpression(expression, { definition, now, newId });
  const isMatch =
    where === undefined
      ? () => true
      : compileFilter(
          resolveFilter(where, {
            collection: definition,
            variables: new Map(),
            absentVariable: 'refuse',
          }),
        );
  const type = fieldTypeAt(definition, path);
  const [first = '', ...rest] = path;
  const shown = part(first, fieldTypeAt(definition, [first]));
  return {
    apply: (document, refuse) => {
      if (!isMatch(document)) return false;
      const converted = toStored(type, evaluate(document));
      if (converted.kind === 'refused') return put(document, first, converted, refuse);
      const value = placed(valueAt(document, first), rest, converted.value);
      if (value !== undefined) return put(document, first, { kind: 'stored', value }, refuse);
      refuse(document, `"${path.join('.')}" leads through a value that is no object`);
      return false;
    },
    before: shown,
    after: shown,
  };
}

/** A value with another one inside it; `undefined` when something on the way is no object. */
function placed(
  value: StoredValue,
  path: readonly string[],
  inner: StoredValue,
): StoredValue | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return inner;
  if (value !== null && !isObject(value)) return undefined;
  const object: { [key: string]: StoredValue } = { ...value };
  const present = Object.hasOwn(object, first) ? (object[first] ?? null) : null;
  const set = placed(present, rest, inner);
  if (set === undefined) return undefined;
  setOwn(object, first, set);
  return object;
}

function put(document: OpenDocument, name: string, converted: StoredForm, refuse: Refuse): boolean {
  if (converted.kind === 'refused') {
    refuse(document, `"${[name, ...converted.path].join('.')}": ${converted.problem}`);
    return false;
  }
  const isSet = Object.hasOwn(document, name);
  if (isSet && sameValue(valueAt(document, name), converted.value)) return false;
  document[name] = converted.value;
  return true;
}

function valueAt(document: StoredDocument, name: string): StoredValue {
  return Object.hasOwn(document, name) ? (document[name] ?? null) : null;
}

function part(name: string, type: FieldType): ShownPart {
  return (document) =>
    Object.hasOwn(document, name) ? { [name]: toOutput(type, valueAt(document, name)) } : {};
}
