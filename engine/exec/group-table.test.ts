import { expect, it } from 'vitest';
import { bind, parse } from '#engine/aql';
import type { Row, StoredDocument } from '../values/stored-value.ts';
import type { CompiledGroup } from './group-shape.ts';
import { GroupTable } from './group-table.ts';
import { Measures } from './measures.ts';

const schema = 'schema { define collection d { s: String } }';
const query = '{ d { groupBy(field: "s") { key } } }';

/** What a table needs of a `groupBy` that shows nothing but keys. */
function keysOnly(): CompiledGroup {
  const [defined] = bind(parse(schema).document, { version: 0, collections: [] }).statements;
  const changes = defined?.kind === 'schema' ? defined.changes : [];
  const collections = changes.flatMap((change) =>
    change.kind === 'defineCollection' ? [change.definition] : [],
  );
  const [bound] = bind(parse(query).document, { version: 1, collections }).statements;
  const [root] = bound?.kind === 'query' ? bound.roots : [];
  const [group] = root?.kind === 'read' ? (root.parts ?? []) : [];
  const [definition] = collections;
  if (group?.kind !== 'groupBy' || definition === undefined) throw new Error('the query groups');
  return {
    group,
    measures: new Measures(definition),
    startNodes: () => [],
    isGiven: () => true,
    order: [],
    orderValues: ({ key }) => key,
    rowsMax: undefined,
    nodes: [],
    shape: ({ key }) => ({ key: key[0] ?? null }),
  };
}

it('refuses more groups than its memory holds, and says what to do', () => {
  const table = new GroupTable(keysOnly(), 8 * 1024);
  const add = (count: number, distinct: number): void => {
    for (let at = 0; at < count; at += 1) {
      const document: StoredDocument = { id: String(at), s: `value ${at % distinct}` };
      table.add(document, at as Row);
    }
  };
  add(1_000, 10);
  expect([...table.groups].length).toBe(10);
  expect(() => add(1_000, 100)).toThrow(
    expect.objectContaining({ code: 'LimitExceeded', hint: expect.stringContaining('narrow') }),
  );
});
