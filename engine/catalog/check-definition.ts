/* What a definition must satisfy before a collection is made of it, however it arrived. */
import type { CollectionDefinition, FieldDefinition } from '#engine/aql';
import { AuroraError, type ErrorCode } from '../errors.ts';
import { compilePattern } from './pattern.ts';
import { toStored } from './stored-form.ts';

const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const reservedFields = new Set([
  'id',
  'edges',
  'pageInfo',
  'totalCount',
  'aggregate',
  'groupBy',
  'lookup',
]);

/** @throws AuroraError `InvalidName`, `DuplicateName`, `InvalidValue`, `UnknownField` */
export function checkDefinition(definition: CollectionDefinition): void {
  const collection = definition.name;
  if (!namePattern.test(collection)) {
    throw refusal(
      'InvalidName',
      `"${collection}" cannot name a collection.`,
      { collection },
      nameHint,
    );
  }
  if (collection.startsWith('_')) {
    throw refusal(
      'InvalidName',
      `"${collection}" cannot name a collection.`,
      { collection },
      'Names that begin with "_" belong to the engine.',
    );
  }
  const seen = new Set<string>();
  for (const field of definition.fields) {
    if (seen.has(field.name)) {
      throw refusal('DuplicateName', `"${collection}" has two fields "${field.name}".`, {
        collection,
        field: field.name,
      });
    }
    seen.add(field.name);
    checkField(collection, field);
  }
  for (const index of definition.indexes) {
    if (index.text === true) checkTextIndex(definition, index.fields);
    for (const path of index.fields) {
      const root = path.split('.')[0] ?? '';
      if (root === 'id' || seen.has(root) || definition.open) continue;
      throw refusal(
        'UnknownField',
        `An index of "${collection}" names a field "${path}" that does not exist.`,
        {
          collection,
          field: path,
        },
      );
    }
  }
}

function checkTextIndex({ name, fields }: CollectionDefinition, paths: readonly string[]): void {
  const type = fields.find((field) => field.name === paths[0])?.type;
  const element = type?.kind === 'list' ? type.element : type;
  if (element === undefined || (element.kind === 'scalar' && element.name === 'String')) return;
  throw refusal(
    'InvalidValue',
    `A text index of "${name}" names "${paths.join()}", which is no text.`,
    { collection: name, fields: paths },
    'It must be String or [String].',
  );
}

const nameHint =
  'A name has letters, digits and "_", does not begin with a digit, and has at most 128 characters.';

function checkField(collection: string, field: FieldDefinition): void {
  const details = { collection, field: field.name };
  if (
    !namePattern.test(field.name) ||
    field.name.startsWith('_') ||
    reservedFields.has(field.name)
  ) {
    const hint = reservedFields.has(field.name)
      ? `"${field.name}" has a meaning of its own.`
      : nameHint;
    throw refusal(
      'InvalidName',
      `"${field.name}" cannot name a field of "${collection}".`,
      details,
      hint,
    );
  }
  if (
    field.validate?.pattern !== undefined &&
    compilePattern(field.validate.pattern) === undefined
  ) {
    throw refusal(
      'InvalidValue',
      `The pattern of "${collection}.${field.name}" is no regular expression.`,
      details,
      'Write it in RE2 syntax.',
    );
  }
  const given = field.default;
  if (given?.kind === 'value' && given.value !== null) {
    const result = toStored(field.type, given.value);
    if (result.kind === 'refused') {
      throw refusal(
        'InvalidValue',
        `The default of "${collection}.${field.name}" does not fit: ${result.problem}`,
        details,
      );
    }
  }
  if (given?.kind === 'now' && !(field.type.kind === 'scalar' && field.type.name === 'DateTime')) {
    throw refusal(
      'InvalidValue',
      `"${collection}.${field.name}" is no DateTime, so "now" cannot be its default.`,
      details,
    );
  }
}

function refusal(
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>>,
  hint?: string,
): AuroraError {
  return new AuroraError(code, message, hint === undefined ? { details } : { details, hint });
}
