/*
 * Makes documents that satisfy the schema of their collection, or says everything that is wrong with them at once.
 * Inserts are completed (id, defaults); updates are laid over the document as it was. Fields come out in the order of
 * the definition, so that documents of a collection share few record structures.
 */
import type { CollectionDefinition, FieldDefinition, JsonValue } from '#engine/aql';
import { setOwn } from '../base/own-key.ts';
import { AuroraError } from '../errors.ts';
import { limits } from '../limits.ts';
import { isObject } from '../values/compare.ts';
import type { StoredDocument, StoredValue } from '../values/stored-value.ts';
import { canonicalUuid } from '../values/uuid.ts';
import type { CollectionEntry } from './catalog.ts';
import { checkRules } from './field-rules.ts';
import { nearestName } from './nearest-name.ts';
import { storedAsIs, toStored } from './stored-form.ts';

/** Where new ids and the present time come from. */
export interface CompletionContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly newId: () => string;
  /** True when the input is nobody else's: then the document may be made of it instead of a copy. */
  readonly isOwned?: boolean | undefined;
}

/** One thing that is wrong with a document. */
interface Violation {
  readonly rule: 'unknownField' | 'type' | 'notNull' | 'id' | 'validate';
  /** Dotted path of the value. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

type Input = { readonly [field: string]: JsonValue | undefined };

/**
 * A document to insert, from values in JSON form.
 * @throws AuroraError `ValidationError` with all violations in `details.violations`
 */
export function completeDocument(
  entry: CollectionEntry,
  input: Input,
  context: CompletionContext,
): StoredDocument {
  const asGiven = completeAsGiven(entry.definition.fields, input, context);
  if (asGiven !== undefined) return asGiven;
  const check = new DocumentCheck(entry);
  const id = check.id(input['id']) ?? context.newId();
  const document: { id: string; [field: string]: StoredValue } = { id };
  for (const field of entry.definition.fields) {
    const value = check.field(field, valueToInsert(field, input), context);
    if (value !== undefined) document[field.name] = value;
  }
  check.otherFields(input, document);
  check.throwIfViolated(id);
  return document;
}

/**
 * The same where all fields are given in their order, each with a value that is stored as it is, which is what programs give
 * mostly: then the input is copied as a whole, or becomes the document when it is nobody else's, in a fraction of the time of
 * putting one together. `undefined` for everything else.
 */
function completeAsGiven(
  fields: readonly FieldDefinition[],
  input: Input,
  { newId, isOwned }: CompletionContext,
): StoredDocument | undefined {
  let count = 0;
  let given: JsonValue | undefined;
  let last = 'id';
  const lists: StoredValue[] = [];
  let hasOtherLists = false;
  for (const name in input) {
    const value = input[name];
    last = name;
    if (name === 'id' && count === 0) {
      given = value;
      continue;
    }
    const field = fields[count];
    if (field?.name !== name || field.validate !== undefined) return undefined;
    if (value === undefined || value === null) return undefined;
    const stored = storedAsIs(field.type, value, isOwned);
    if (stored === undefined) return undefined;
    if (field.type.kind === 'list') lists.push(stored);
    if (!Object.is(stored, value)) {
      if (field.type.kind !== 'list') return undefined;
      hasOtherLists = true;
    }
    count += 1;
  }
  // What is inherited comes last.
  if (count < fields.length || !Object.hasOwn(input, last)) return undefined;
  const id = given === undefined ? newId() : uuidOf(given);
  if (id === undefined) return undefined;
  // Each value was looked at; and what is nobody else's may be written to.
  const document = (
    given === undefined ? { id, ...input } : isOwned === true ? input : { ...input }
  ) as OwnDocument;
  document.id = id;
  if (hasOtherLists) setLists(document, fields, lists);
  return document;
}

type OwnDocument = { id: string; [field: string]: StoredValue };

/** Gives a document lists that nobody else has. */
function setLists(
  document: OwnDocument,
  fields: readonly FieldDefinition[],
  lists: readonly StoredValue[],
): void {
  let at = 0;
  for (const { name, type } of fields) {
    const list = type.kind === 'list' ? lists[at] : undefined;
    if (list === undefined) continue;
    document[name] = list;
    at += 1;
  }
}

function uuidOf(given: JsonValue): string | undefined {
  return typeof given === 'string' ? canonicalUuid(given) : undefined;
}

/**
 * A document as it is after an update; `changes` are values in JSON form, `undefined` unsets a field.
 * @throws AuroraError `ValidationError` with all violations in `details.violations`
 */
export function reviseDocument(
  entry: CollectionEntry,
  before: StoredDocument,
  changes: Input,
  context: Pick<CompletionContext, 'now'>,
): StoredDocument {
  const check = new DocumentCheck(entry);
  if (Object.hasOwn(changes, 'id') && check.id(changes['id']) !== before.id) {
    check.add({ rule: 'id', path: 'id', message: 'the id of a document never changes' });
  }
  // What is there already keeps its place, and copying it at once costs a fraction of putting it together.
  if (isOverlay(before, changes)) {
    const document: { id: string; [field: string]: StoredValue } = { ...before, id: before.id };
    for (const field of entry.definition.fields) {
      if (!Object.hasOwn(changes, field.name)) check.kept(field, before[field.name]);
      else document[field.name] = check.field(field, changes[field.name], context) ?? null;
    }
    check.otherFields(changes, document);
    check.throwIfViolated(before.id);
    return document;
  }
  const document: { id: string; [field: string]: StoredValue } = { id: before.id };
  for (const field of entry.definition.fields) {
    const value = Object.hasOwn(changes, field.name)
      ? check.field(field, changes[field.name], context)
      : check.kept(field, before[field.name]);
    if (value !== undefined) document[field.name] = value;
  }
  for (const name in before) {
    if (Object.hasOwn(document, name) || !Object.hasOwn(before, name)) continue;
    const value = before[name];
    if (value === undefined || check.isDefined(name) || Object.hasOwn(changes, name)) continue;
    setOwn(document, name, value);
  }
  check.otherFields(changes, document);
  check.throwIfViolated(before.id);
  return document;
}

/** True when changes give other values to fields that a document has, and nothing else. */
function isOverlay(before: StoredDocument, changes: Input): boolean {
  for (const name in changes) {
    if (changes[name] === undefined || !Object.hasOwn(before, name)) return false;
  }
  return true;
}

function valueToInsert(
  field: FieldDefinition,
  input: Input,
): JsonValue | undefined | typeof useNow {
  const given = Object.hasOwn(input, field.name) ? input[field.name] : undefined;
  if (given !== undefined) return given;
  if (field.default === undefined) return undefined;
  return field.default.kind === 'now' ? useNow : field.default.value;
}

/** Stands for the time of the commit, which is a number inside and cannot be given from outside. */
const useNow = Symbol('now');

const fieldNames = new WeakMap<CollectionDefinition, ReadonlySet<string>>();

function fieldNamesOf(definition: CollectionDefinition): ReadonlySet<string> {
  let names = fieldNames.get(definition);
  if (names === undefined) {
    names = new Set(definition.fields.map(({ name }) => name));
    fieldNames.set(definition, names);
  }
  return names;
}

class DocumentCheck {
  readonly #entry: CollectionEntry;
  readonly #violations: Violation[] = [];
  #violationCount = 0;

  constructor(entry: CollectionEntry) {
    this.#entry = entry;
  }

  add(violation: Violation): void {
    this.#violationCount += 1;
    if (this.#violations.length < limits.violationsMax) this.#violations.push(violation);
  }

  isDefined(name: string): boolean {
    return name === 'id' || fieldNamesOf(this.#entry.definition).has(name);
  }

  /** The canonical id; `undefined` when none was given, or none that is a UUID. */
  id(given: JsonValue | undefined): string | undefined {
    if (given === undefined) return undefined;
    const id = uuidOf(given);
    if (id === undefined) {
      this.add({
        rule: 'id',
        path: 'id',
        message: `expected a UUID, got ${JSON.stringify(given)}`,
        hint: 'Leave the id out to have one made.',
      });
    }
    return id;
  }

  field(
    field: FieldDefinition,
    given: JsonValue | undefined | typeof useNow,
    context: Pick<CompletionContext, 'now'>,
  ): StoredValue | undefined {
    if (given === undefined || given === null) return this.kept(field, given);
    if (given === useNow) return context.now;
    const plain = storedAsIs(field.type, given);
    if (plain !== undefined) {
      this.#rules(field, plain);
      return plain;
    }
    const converted = toStored(field.type, given);
    if (converted.kind === 'refused') {
      const path = [field.name, ...converted.path].join('.');
      this.add({ rule: 'type', path, message: converted.problem });
      return undefined;
    }
    this.#rules(field, converted.value);
    return converted.value;
  }

  /** A value that is stored form already, or none at all. */
  kept(field: FieldDefinition, value: StoredValue | undefined): StoredValue | undefined {
    if (value !== undefined && value !== null) {
      this.#rules(field, value);
    } else if (!field.nullable) {
      const message = value === null ? 'must not be null' : 'is required';
      this.add({ rule: 'notNull', path: field.name, message });
    }
    return value;
  }

  /** Fields that the schema does not name: kept in open collections, else refused with the nearest name. */
  otherFields(input: Input, document: { [field: string]: StoredValue }): void {
    for (const name in input) {
      if (this.isDefined(name) || !Object.hasOwn(input, name)) continue;
      const value = input[name];
      if (value === undefined) continue;
      if (!this.#entry.definition.open) {
        this.#unknown(name);
        continue;
      }
      const converted = toStored({ kind: 'scalar', name: 'Object' }, { [name]: value });
      if (converted.kind === 'refused') {
        this.add({
          rule: 'type',
          path: converted.path.join('.') || name,
          message: converted.problem,
        });
      } else if (isObject(converted.value)) {
        setOwn(document, name, converted.value[name] ?? null);
      }
    }
  }

  throwIfViolated(id: string): void {
    const [first] = this.#violations;
    if (first === undefined) return;
    const collection = this.#entry.definition.name;
    const more = this.#violationCount > 1 ? ` (and ${this.#violationCount - 1} more)` : '';
    throw new AuroraError(
      'ValidationError',
      `The document does not fit "${collection}": ${first.path} ${first.message}${more}.`,
      {
        details: {
          collection,
          id,
          violations: this.#violations,
          violationCount: this.#violationCount,
        },
        ...(first.hint === undefined ? {} : { hint: first.hint }),
      },
    );
  }

  #rules(field: FieldDefinition, value: StoredValue): void {
    if (field.validate === undefined) return;
    for (const message of checkRules(field.validate, value)) {
      this.add({ rule: 'validate', path: field.name, message });
    }
  }

  #unknown(name: string): void {
    const names = this.#entry.definition.fields.map((field) => field.name);
    const nearest = nearestName(name, names);
    this.add({
      rule: 'unknownField',
      path: name,
      message: 'is no field of the collection',
      ...(nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` }),
    });
  }
}
