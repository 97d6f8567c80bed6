import type { BoundField } from '#engine/aql';
import { assert, unreachable } from '../base/assert.ts';
import type { CollectionEntry } from '../catalog/catalog.ts';
import { documentVersion } from '../values/document-version.ts';
import { compileExpression } from './compile-expression.ts';
import { type CompiledJoin, compileJoin } from './compile-join.ts';
import { documentOutput } from './document-output.ts';
import { type ComputedColumn, computeRows } from './operators/compute.ts';
import { highlights } from './search/highlight.ts';
import { scoreSlot } from './search/resolve-search.ts';
import type { CompiledSelection, ProjectedField, ReadScope } from './selection.ts';
import { attachedOrigin } from './value-origin.ts';

/** Compiles what documents of a collection show. */
export function compileSelection(
  selection: readonly BoundField[],
  collection: CollectionEntry,
  scope: ReadScope,
): CompiledSelection {
  const joins: CompiledJoin[] = [];
  const computed: ComputedColumn[] = [];
  const { definition } = collection;
  const fields = selection.map((field): ProjectedField => {
    const { responseKey, span } = field;
    const attached = attachedOrigin(field);
    switch (field.kind) {
      case 'field':
      case 'typename':
        return field;
      case 'join': {
        const join = compileJoin(field, collection, scope);
        joins.push(join);
        const { slot, type, nullable } = join;
        return { kind: 'attached', slot, type, nullable, responseKey, span, attached };
      }
      case 'computed': {
        const { type, nullable } = field.expression;
        const slot = scope.slots.next();
        const { now, newId } = scope;
        const evaluate = compileExpression(field.expression, { definition, now, newId });
        computed.push({ slot, evaluate });
        return { kind: 'attached', slot, type, nullable, responseKey, span, attached };
      }
      case 'score':
        return {
          kind: 'attached',
          slot: scoreSlot,
          type: { kind: 'scalar', name: 'Float' },
          nullable: false,
          responseKey,
          span,
          attached,
        };
      case 'highlight': {
        const { search } = scope.context;
        assert(search !== undefined, 'the binder allows it in a search only');
        const slot = scope.slots.next();
        computed.push({
          slot,
          evaluate: (document) => highlights(document, search.fields, search.match),
        });
        const type = { kind: 'scalar', name: 'Any' } as const;
        return { kind: 'attached', slot, type, nullable: false, responseKey, span, attached };
      }
      case 'version': {
        const slot = scope.slots.next();
        const output = documentOutput(definition);
        computed.push({ slot, evaluate: (document) => documentVersion(output(document)) });
        const type = { kind: 'scalar', name: 'String' } as const;
        return { kind: 'attached', slot, type, nullable: false, responseKey, span, attached };
      }
      default:
        return unreachable(field);
    }
  });
  return {
    fields,
    names: [...(computed.length === 0 ? [] : ['Compute']), ...joins.map(({ name }) => name)],
    isPoint: joins.every(({ isPoint }) => isPoint),
    attach(input) {
      const start = computed.length === 0 ? input : computeRows(input, computed);
      return joins.reduce((operator, join) => join.attach(operator), start);
    },
  };
}
