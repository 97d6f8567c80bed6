/*
 * The filter operators of AQL (aql document, section 3) as one table. Validator, completion, executor and
 * the fluent API read it; an operator that is not here does not exist.
 */
import type { FieldType } from './field-type.ts';

export type FilterOperator =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'in'
  | 'notIn'
  | 'contains'
  | 'containsAny'
  | 'containsAll'
  | 'startsWith'
  | 'endsWith'
  | 'icontains'
  | 'ieq'
  | 'matches'
  | 'isNull'
  | 'isNotNull'
  | 'size';

/** Which field types an operator applies to. */
type OperatorDomain = 'all' | 'ordered' | 'string' | 'stringOrList' | 'list';

/** What stands on the right of an operator. */
type OperandShape =
  | 'value'
  | 'element'
  | 'pair'
  | 'values'
  | 'elements'
  | 'text'
  | 'true'
  | 'lengthFilter';

export interface FilterOperatorInfo {
  readonly name: FilterOperator;
  /** Other spellings that mean the same, such as `nin`. */
  readonly aliases: readonly string[];
  readonly domain: OperatorDomain;
  readonly operand: OperandShape;
  /** One sentence for completion and hover. */
  readonly meaning: string;
}

const operator = (
  name: FilterOperator,
  domain: OperatorDomain,
  operand: OperandShape,
  meaning: string,
  aliases: readonly string[] = [],
): FilterOperatorInfo => ({ name, aliases, domain, operand, meaning });

export const filterOperators: readonly FilterOperatorInfo[] = [
  operator('eq', 'all', 'value', 'Equal. `eq: null` is `isNull`.'),
  operator('ne', 'all', 'value', 'Not equal; true for null unless compared with null.'),
  operator('gt', 'ordered', 'value', 'Greater than. Never true for null.'),
  operator('gte', 'ordered', 'value', 'Greater than or equal. Never true for null.'),
  operator('lt', 'ordered', 'value', 'Less than. Never true for null.'),
  operator('lte', 'ordered', 'value', 'Less than or equal. Never true for null.'),
  operator('between', 'ordered', 'pair', 'Between two values, both included.'),
  operator('in', 'all', 'values', 'One of the listed values. An empty list matches nothing.'),
  operator(
    'notIn',
    'all',
    'values',
    'None of the listed values. An empty list matches everything.',
    ['nin'],
  ),
  operator(
    'contains',
    'stringOrList',
    'element',
    'A string contains the text; a list contains the element.',
  ),
  operator('containsAny', 'list', 'elements', 'The list contains at least one of the elements.'),
  operator('containsAll', 'list', 'elements', 'The list contains every one of the elements.'),
  operator('startsWith', 'string', 'text', 'The string starts with the text.'),
  operator('endsWith', 'string', 'text', 'The string ends with the text.'),
  operator('icontains', 'string', 'text', 'Contains the text, without regard to case.'),
  operator('ieq', 'string', 'text', 'Equal without regard to case.'),
  operator('matches', 'string', 'text', 'Matches a regular expression (RE2 syntax, linear time).'),
  operator('isNull', 'all', 'true', 'The field is null or not set.'),
  operator('isNotNull', 'all', 'true', 'The field has a value.'),
  operator('size', 'list', 'lengthFilter', 'Operators on the length of the list.'),
];

const byName = new Map<string, FilterOperatorInfo>(
  filterOperators.flatMap((info) =>
    [info.name, ...info.aliases].map((name): [string, FilterOperatorInfo] => [name, info]),
  ),
);

/** The operator of that name or alias; `undefined` when there is none. */
export function findFilterOperator(name: string): FilterOperatorInfo | undefined {
  return byName.get(name);
}

/** True when the operator may be used on a field of the type. Below `Object` and on `Any`, every operator may. */
export function operatorApplies(info: FilterOperatorInfo, type: FieldType): boolean {
  if (type.kind === 'list') {
    return info.domain === 'all' || info.domain === 'list' || info.domain === 'stringOrList';
  }
  if (type.name === 'Any') return true;
  switch (info.domain) {
    case 'all':
      return true;
    case 'ordered':
      return type.name !== 'Object' && type.name !== 'Boolean';
    case 'string':
    case 'stringOrList':
      return type.name === 'String';
    case 'list':
      return false;
  }
}
