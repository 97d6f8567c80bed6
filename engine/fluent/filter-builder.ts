/*
 * Filters as TypeScript writes them. Each becomes the same JSON form that AQL's `where` has and takes the same way
 * through the binder, so both languages mean the same by every operator.
 */
import type { JsonValue } from '#engine/aql';
import { requireFunction, requireObject } from '../base/arguments.ts';
import { setOwn } from '../base/own-key.ts';
import { toJsonObject } from './json-input.ts';

/** A finished filter; make one with a `FilterBuilder`. */
export interface Filter {
  /** The filter as AQL's `where`. */
  readonly where: { readonly [key: string]: JsonValue };
}

/** Names that a filter or an order may use: the fields of the documents, and dotted paths into them. */
export type FieldName<Doc> = (keyof Doc & string) | `${keyof Doc & string}.${string}`;

type Present<T> = Exclude<T, null | undefined>;
/** What a field is compared with. Below a dotted path, any JSON value. */
export type FieldValue<Doc, F> = F extends keyof Doc ? Present<Doc[F]> : JsonValue;
type ElementOf<T> = T extends readonly (infer Element)[] ? Element : T;
type FieldElement<Doc, F> = F extends keyof Doc ? ElementOf<Present<Doc[F]>> : JsonValue;

/** Operators on the length of a list. */
export interface LengthFilter {
  readonly eq?: number;
  readonly ne?: number;
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}

/** Makes filters over documents of one type. Null and missing count the same; ranges are never true for them. */
export class FilterBuilder<Doc> {
  /** Equal; `null` finds documents without a value. */
  eq<F extends FieldName<Doc>>(field: F, value: FieldValue<Doc, F> | null): Filter {
    // The most frequent one by far, and a key that is known takes less than one that is not.
    return typeof value === 'string'
      ? compare(field, { eq: value })
      : condition(field, 'eq', value);
  }

  /** Not equal; true for documents without a value unless compared with `null`. */
  ne<F extends FieldName<Doc>>(field: F, value: FieldValue<Doc, F> | null): Filter {
    return condition(field, 'ne', value);
  }

  gt<F extends FieldName<Doc>>(field: F, value: FieldValue<Doc, F>): Filter {
    return condition(field, 'gt', value);
  }

  gte<F extends FieldName<Doc>>(field: F, value: FieldValue<Doc, F>): Filter {
    return condition(field, 'gte', value);
  }

  lt<F extends FieldName<Doc>>(field: F, value: FieldValue<Doc, F>): Filter {
    return condition(field, 'lt', value);
  }

  lte<F extends FieldName<Doc>>(field: F, value: FieldValue<Doc, F>): Filter {
    return condition(field, 'lte', value);
  }

  /** Between two values, both included. */
  between<F extends FieldName<Doc>>(
    field: F,
    low: FieldValue<Doc, F>,
    high: FieldValue<Doc, F>,
  ): Filter {
    return condition(field, 'between', [low, high]);
  }

  /** One of the values; an empty list finds nothing. */
  inValues<F extends FieldName<Doc>>(
    field: F,
    values: readonly (FieldValue<Doc, F> | null)[],
  ): Filter {
    return condition(field, 'in', values);
  }

  /** None of the values; an empty list finds everything. */
  notIn<F extends FieldName<Doc>>(
    field: F,
    values: readonly (FieldValue<Doc, F> | null)[],
  ): Filter {
    return condition(field, 'notIn', values);
  }

  /** A text contains a text, a list contains an element. */
  contains<F extends FieldName<Doc>>(field: F, value: FieldElement<Doc, F>): Filter {
    return condition(field, 'contains', value);
  }

  containsAny<F extends FieldName<Doc>>(field: F, values: readonly FieldElement<Doc, F>[]): Filter {
    return condition(field, 'containsAny', values);
  }

  containsAll<F extends FieldName<Doc>>(field: F, values: readonly FieldElement<Doc, F>[]): Filter {
    return condition(field, 'containsAll', values);
  }

  startsWith(field: FieldName<Doc>, text: string): Filter {
    return condition(field, 'startsWith', text);
  }

  endsWith(field: FieldName<Doc>, text: string): Filter {
    return condition(field, 'endsWith', text);
  }

  /** Contains the text, without regard to case. */
  icontains(field: FieldName<Doc>, text: string): Filter {
    return condition(field, 'icontains', text);
  }

  /** Equals the text, without regard to case. */
  ieq(field: FieldName<Doc>, text: string): Filter {
    return condition(field, 'ieq', text);
  }

  /** Matches a regular expression in RE2 syntax, anywhere in the text unless anchored. */
  matches(field: FieldName<Doc>, pattern: string): Filter {
    return condition(field, 'matches', pattern);
  }

  isNull(field: FieldName<Doc>): Filter {
    return condition(field, 'isNull', true);
  }

  isNotNull(field: FieldName<Doc>): Filter {
    return condition(field, 'isNotNull', true);
  }

  /** The length of a list: a number, or operators on it. */
  size(field: FieldName<Doc>, length: number | LengthFilter): Filter {
    return condition(field, 'size', typeof length === 'number' ? { eq: length } : { ...length });
  }

  /** All of the filters; true when there are none. */
  and(...filters: readonly Filter[]): Filter {
    return { where: { and: filters.map(whereOf) } };
  }

  /** At least one of the filters; false when there are none. */
  or(...filters: readonly Filter[]): Filter {
    return { where: { or: filters.map(whereOf) } };
  }

  /** The exact opposite. */
  not(filter: Filter): Filter {
    return { where: { not: whereOf(filter) } };
  }
}

const builder = new FilterBuilder<unknown>();

/** The builder for documents of a type: it keeps nothing, so one serves all. */
function filterBuilder<Doc>(): FilterBuilder<Doc> {
  // Its methods differ by nothing but the names that their types let through.
  return builder as unknown as FilterBuilder<Doc>;
}

/** What a function makes of a builder, as `where`. @throws AuroraError `InvalidValue` for what is no filter */
export function builtWhere<Doc>(build: (f: FilterBuilder<Doc>) => Filter): Filter['where'] {
  requireFunction(build, 'What `filter` takes');
  return whereOf(build(filterBuilder<Doc>()));
}

function whereOf(filter: Filter): Filter['where'] {
  requireObject(filter, 'A filter');
  const { where } = filter;
  requireObject(where, 'A filter');
  return where;
}

function condition(field: string, operator: string, operand: unknown): Filter {
  const isPlain = typeof operand === 'string' || typeof operand === 'number';
  return compare(
    field,
    isPlain ? { [operator]: operand } : toJsonObject({ [operator]: operand ?? null }),
  );
}

/** Not a literal: V8 takes five times as long for one whose key it does not know. */
function compare(field: string, comparison: JsonValue): Filter {
  const where: { [field: string]: JsonValue } = {};
  setOwn(where, field, comparison);
  return { where };
}
