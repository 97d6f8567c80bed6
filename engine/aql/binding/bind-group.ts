import type {
  BoundGroupBy,
  BoundGroupField,
  BoundGroupKey,
  BoundPart,
  GroupInterval,
} from '../bound-parts.ts';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { ArgumentNode } from '../syntax/ast.ts';
import { aggregateType, groupType } from '../type-names.ts';
import { bindAggregates } from './bind-aggregate.ts';
import {
  type ArgumentTable,
  bindArguments,
  reportMissingArgument,
  stringArgument,
  textOf,
  wordOf,
} from './bind-arguments.ts';
import { bindCount } from './bind-count.ts';
import { bindGroupOrder, bindHaving } from './bind-group-filter.ts';
import { bindOrder } from './bind-order.ts';
import { bindDocuments } from './bind-selection.ts';
import { type BindingContext, report, reportDuplicates } from './binding-context.ts';
import { typeText } from './field-access.ts';
import { pathPlace } from './field-paths.ts';
import { bindEach, type FlatField, flatten, selectedAs } from './flatten.ts';
import {
  bindTypename,
  refuseArguments,
  refuseInside,
  reportUnknown,
  requireInside,
} from './selection-checks.ts';

/** Arguments of `groupBy`. */
const groupArguments: ArgumentTable = {
  owner: '"groupBy"',
  known: {
    field: [],
    fields: [],
    interval: [],
    timeZone: [],
    orderBy: [],
    limit: [],
    having: [],
  },
};

const groupIntervals = [
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
] as const;

/** Binds `groupBy(field: "role") { key count aggregate { … } nodes { … } }`. */
export function bindGroupBy(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): BoundPart | undefined {
  const { node } = flat;
  const given = bindArguments(context, node.arguments, groupArguments);
  const keys = bindKeys(context, collection, flat, given);
  const interval = bindInterval(context, given.get('interval'), keys);
  const timeZone = bindTimeZone(context, given.get('timeZone'), given.has('interval'));
  const orderBy = bindGroupOrder(context, collection, given.get('orderBy'));
  const having = bindHaving(context, collection, given.get('having'));
  const limit = bindCount(context, given.get('limit'));
  if (!requireInside(context, flat, 'groupBy(field: "…") { key count }')) return undefined;
  const fields = bindGroupFields(context, collection, flat);
  if (keys === undefined) return undefined;
  const group: BoundGroupBy = {
    kind: 'groupBy',
    keys,
    isCompound: given.has('fields'),
    timeZone,
    orderBy,
    fields,
    ...(interval === undefined ? {} : { interval }),
    ...(limit === undefined ? {} : { limit }),
    ...(having === undefined ? {} : { having }),
  };
  return { ...selectedAs(flat), ...group };
}

function bindKeys(
  context: BindingContext,
  collection: CollectionDefinition,
  { node }: FlatField,
  given: ReadonlyMap<string, ArgumentNode>,
): readonly BoundGroupKey[] | undefined {
  const one = given.get('field');
  const several = given.get('fields');
  if (one !== undefined && several !== undefined) {
    const message = 'Groups are made by "field" or by "fields"; give one of them.';
    return report(context, several.name.span, { code: 'InvalidValue', message });
  }
  if (one !== undefined) {
    const text = stringArgument(context, one);
    const key = text && bindKey(context, collection, { value: text.value, span: one.value.span });
    return key && [key];
  }
  if (several === undefined) {
    return reportMissingArgument(context, node, 'field', { example: '"…"' });
  }
  const items = several.value.kind === 'list' ? several.value.items : [several.value];
  if (items.length === 0) {
    const message = '"fields" names the fields to group by, at least one.';
    return report(context, several.value.span, { code: 'InvalidValue', message });
  }
  const names = items.flatMap((item) => {
    const text = textOf(context, item, 'A field to group by');
    return text === undefined ? [] : [{ value: text.value, span: item.span }];
  });
  reportDuplicates(context, names, 'field');
  const keys = names.flatMap((name) => bindKey(context, collection, name) ?? []);
  return keys.length < items.length ? undefined : keys;
}

function bindKey(
  context: BindingContext,
  collection: CollectionDefinition,
  name: { readonly value: string; readonly span: ArgumentNode['span'] },
): BoundGroupKey | undefined {
  const place = pathPlace(context, collection, name);
  return place && { name: name.value, path: place.path, type: place.type };
}

function bindInterval(
  context: BindingContext,
  argument: ArgumentNode | undefined,
  keys: readonly BoundGroupKey[] | undefined,
): GroupInterval | undefined {
  if (argument === undefined) return undefined;
  const interval = wordOf(context, argument.value, '"interval"', groupIntervals);
  if (keys === undefined || interval === undefined) return interval;
  const dates = keys.filter(({ type }) => ['DateTime', 'Any'].includes(typeText(type)));
  if (dates.length > 0) return interval;
  const [key] = keys;
  return report(context, argument.name.span, {
    code: 'TypeMismatch',
    message: `"interval" needs a DateTime to group by, and "${key?.name}" is ${key && typeText(key.type)}.`,
  });
}

function bindTimeZone(
  context: BindingContext,
  argument: ArgumentNode | undefined,
  hasInterval: boolean,
): string {
  const zone = argument && stringArgument(context, argument)?.value;
  if (argument === undefined || zone === undefined) return 'UTC';
  if (!hasInterval) {
    const message = '"timeZone" belongs to "interval", which is not given.';
    report(context, argument.name.span, { code: 'MissingArgument', message });
  }
  if (isTimeZone(zone)) return zone;
  report(context, argument.value.span, {
    code: 'InvalidValue',
    message: `There is no time zone "${zone}".`,
    hint: 'Zones are named as in "Europe/Berlin" or "UTC".',
  });
  return 'UTC';
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const groupFields = ['key', 'count', 'aggregate', 'nodes'];

function bindGroupFields(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): readonly BoundGroupField[] {
  const typeName = groupType(collection.name);
  return bindEach(flatten(context, flat.inside, typeName), (each): BoundGroupField | undefined => {
    const { value } = each.node.name;
    switch (value) {
      case '__typename':
        return bindTypename(context, each, typeName);
      case 'key':
      case 'count':
        refuseInside(context, each, `"${value}" of a group`);
        return { ...selectedAs(each), kind: value };
      case 'aggregate': {
        refuseArguments(context, each.node, '"aggregate"');
        const values = bindAggregates(context, collection, each, aggregateType);
        return values && { ...selectedAs(each), kind: 'aggregate', values };
      }
      case 'nodes':
        return bindNodes(context, collection, each);
      default:
        return reportGroupField(context, collection, each);
    }
  });
}

function bindNodes(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): BoundGroupField | undefined {
  const table = { owner: '"nodes"', known: { orderBy: [], limit: [] } };
  const given = bindArguments(context, flat.node.arguments, table);
  const order = given.get('orderBy');
  const orderBy = order === undefined ? [] : bindOrder(context, collection, order.value);
  const limit = bindCount(context, given.get('limit'));
  if (!requireInside(context, flat, 'nodes { id … }')) return undefined;
  const selection = bindDocuments(context, { collection, isSearch: false }, flat.inside);
  const base = { ...selectedAs(flat), kind: 'nodes', orderBy, selection } as const;
  return limit === undefined ? base : { ...base, limit };
}

/** A field of documents is not a field of groups, though it is easily mistaken for one. */
function reportGroupField(
  context: BindingContext,
  collection: CollectionDefinition,
  flat: FlatField,
): undefined {
  const { value, span } = flat.node.name;
  if (!collection.fields.some(({ name }) => name === value) && value !== 'id') {
    return reportUnknown(context, flat, 'A group', groupFields);
  }
  return report(context, span, {
    code: 'InvalidSelection',
    message: `"${value}" is a field of documents, not of a group.`,
    hint: `Select key for what the group has in common, or nodes { ${value} } for its documents.`,
  });
}
