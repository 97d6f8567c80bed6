import type { FieldType } from '../field-type.ts';
import { stringType, typeText } from './field-access.ts';

export const floatType: FieldType = { kind: 'scalar', name: 'Float' };
export const booleanType: FieldType = { kind: 'scalar', name: 'Boolean' };

/** The type that holds values of both; `undefined` when there is none but `Any`. */
export function unified(a: FieldType, b: FieldType): FieldType | undefined {
  const [first, second] = [typeText(a), typeText(b)];
  if (first === second) return a;
  if (first === 'Any') return b;
  if (second === 'Any') return a;
  if (a.kind === 'list' || b.kind === 'list') return undefined;
  const isNumber = (name: string) => name === 'Int' || name === 'Float';
  if (isNumber(first) && isNumber(second)) return floatType;
  const isText = (name: string) => ['String', 'Uuid', 'DateTime'].includes(name);
  return isText(first) && isText(second) ? stringType : undefined;
}
