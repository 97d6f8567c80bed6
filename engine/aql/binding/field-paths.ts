/* Fields that a text names by a string or word, dotted paths included. */
import type { FieldPath } from '../bound.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import type { NameNode } from '../syntax/ast.ts';
import { type BindingContext, report, reportUnknownField } from './binding-context.ts';
import { anyType, hasInside, topLevelField, typeText } from './field-access.ts';

export interface PathPlace {
  readonly path: FieldPath;
  readonly type: FieldType;
  readonly nullable: boolean;
}

/** What a field name or dotted path names; a finding when it names nothing. */
export function pathPlace(
  context: BindingContext,
  collection: CollectionDefinition,
  name: NameNode,
): PathPlace | undefined {
  const path = name.value.split('.');
  const [first = '', ...inner] = path;
  const field = topLevelField(collection, first);
  if (field === undefined) {
    const isWhole = inner.length === 0;
    return reportUnknownField(context, collection, isWhole ? name : { ...name, value: first });
  }
  if (inner.length === 0) return { path, type: field.type, nullable: field.nullable };
  if (hasInside(field.type)) return { path, type: anyType, nullable: true };
  const message = `"${first}" is ${typeText(field.type)} and has no fields inside, so not "${inner.join('.')}".`;
  return report(context, name.span, { code: 'UnknownField', message });
}
