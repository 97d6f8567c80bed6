/* What an open bracket holds, from what stands before it. */
import { anyType, intType } from '../binding/field-access.ts';
import type { CatalogShape } from '../catalog-shape.ts';
import type { FieldType } from '../field-type.ts';
import { findRelation, type Relation } from '../relations.ts';
import {
  areaOfParameter,
  isCombinator,
  operandType,
  parameterType,
  typeAt,
  typeBelow,
} from './cursor-areas.ts';
import { type Frame, newFrame, pathBelow } from './cursor-frame.ts';
import { payloads } from './language-catalog.ts';
import { readableCollection } from './readable-collection.ts';
import { findParameter } from './signature.ts';
import {
  aggregateSignatures,
  directiveSignatures,
  handlerSignature,
  mutationSignatures,
  relationSignature,
  rootSignature,
  searchSignature,
  selectionSignatures,
  subscriptionSignature,
} from './signatures.ts';

/** The arguments, variables or fields that a parenthesis opens. `named` is what a key such as `collection:` says there. */
export function openParenthesis(
  frame: Frame,
  catalog: CatalogShape,
  named: (key: string) => string | undefined,
): Frame {
  const last = frame.words.at(-1);
  const { collection } = frame;
  if (last?.startsWith('@')) {
    const signature = directiveSignatures.get(last.slice(1));
    return newFrame('arguments', { signature, collection });
  }
  if (frame.expecting === 'expression') {
    return newFrame('other', { collection, expecting: 'expression' });
  }
  switch (frame.area) {
    case 'document':
      return newFrame('variables');
    case 'queryRoot': {
      const read = frame.owner === 'subscription' ? subscriptionSignature : rootSignature;
      const signature = last === undefined ? undefined : read(last);
      return newFrame('arguments', { signature, collection: readableCollection(catalog, last) });
    }
    case 'mutationRoot': {
      const signature = mutationSignatures.get(last ?? '');
      const target = readableCollection(catalog, named('collection'));
      return newFrame('arguments', { signature, collection: target, jobType: named('jobType') });
    }
    case 'selection':
    case 'groups':
      return openSelectionArguments(frame, last, catalog, named);
    case 'aggregate':
      return newFrame('arguments', { signature: aggregateSignatures.get(last ?? ''), collection });
    case 'collectionBody':
    case 'alterBody':
      return newFrame('indexFields', { collection });
    default:
      return newFrame('other', { collection });
  }
}

function openSelectionArguments(
  frame: Frame,
  last: string | undefined,
  catalog: CatalogShape,
  named: (key: string) => string | undefined,
): Frame {
  const { collection } = frame;
  const signature = selectionSignatures.get(last ?? '');
  if (last === 'lookup') {
    const target = readableCollection(catalog, named('collection'));
    return newFrame('arguments', { signature, collection: target, outer: collection });
  }
  if (signature !== undefined) return newFrame('arguments', { signature, collection });
  const relation = relationAt(frame, last, catalog);
  // A reference leads to one document and takes no arguments.
  if (relation?.form !== 'referrers') return newFrame('other');
  return newFrame('arguments', {
    signature: relationSignature(relation.name),
    collection: relation.target,
  });
}

/** The block or object that a brace opens. */
export function openBrace(frame: Frame, catalog: CatalogShape): Frame {
  const { collection, key } = frame;
  const last = frame.words.findLast((word) => !word.startsWith('@'));
  if (frame.words[0] === '...') return openFragment(frame, catalog);
  switch (frame.area) {
    case 'document':
      return openDefinition(frame, catalog);
    case 'queryRoot':
    case 'mutationRoot':
    case 'selection':
    case 'insideSelection':
    case 'edges':
    case 'groups':
    case 'aggregate':
    case 'pageInfo':
      return openSelection(frame, last, catalog);
    case 'arguments': {
      const parameter = findParameter(frame.signature, key);
      if (parameter?.kind === 'json' && frame.jobType !== undefined) {
        return newFrame('data', { collection: payloads, path: frame.jobType });
      }
      const area = areaOfParameter(parameter?.kind);
      const signature = parameter?.kind === 'search' ? searchSignature : frame.signature;
      return newFrame(area, { collection, signature });
    }
    case 'schema':
      return openSchemaStatement(frame, catalog);
    case 'versions':
      return newFrame('steps');
    case 'steps':
      return openStep(frame, catalog);
    case 'dataStep':
      return newFrame(frame.words[0] === 'where' ? 'filter' : 'other', { collection });
    default:
      return openObject(frame);
  }
}

function openObject(frame: Frame): Frame {
  const { collection, key, type } = frame;
  switch (frame.area) {
    case 'filter':
      if (isCombinator(key)) return newFrame('filter', { collection });
      return newFrame('operators', { collection, type: typeAt(collection, key), path: key });
    case 'operators': {
      const path = isCombinator(key) || key === 'size' ? frame.path : pathBelow(frame, key);
      return newFrame('operators', { collection, type: typeBelow(type, key), path });
    }
    case 'having':
      if (isCombinator(key)) return newFrame('having', { collection });
      return newFrame('operators', { collection, type: key === 'count' ? intType : anyType });
    case 'data':
      if (collection === payloads) {
        return newFrame('data', { collection, path: pathBelow(frame, key) });
      }
      return newFrame('update', {
        collection,
        type: typeAt(collection, key),
        path: key,
        signature: frame.signature,
      });
    default:
      return newFrame('other');
  }
}

function openFragment(frame: Frame, catalog: CatalogShape): Frame {
  const condition = frame.words[1] === 'on' ? frame.words[2] : undefined;
  const collection =
    condition === undefined ? frame.collection : readableCollection(catalog, condition);
  return newFrame(frame.area, { collection, parts: frame.parts });
}

function openDefinition(frame: Frame, catalog: CatalogShape): Frame {
  switch (frame.words[0]) {
    case 'mutation':
      return newFrame('mutationRoot');
    case 'schema':
      return newFrame('schema');
    case 'migrate':
      return newFrame('versions');
    case 'fragment':
      return openFragmentDefinition(frame.words[3], catalog);
    case undefined:
    case 'query':
    case 'subscription':
      return newFrame('queryRoot', { owner: frame.words[0] });
    default:
      return newFrame('other');
  }
}

function openFragmentDefinition(condition: string | undefined, catalog: CatalogShape): Frame {
  if (condition === 'Query') return newFrame('queryRoot');
  if (condition === 'Mutation') return newFrame('mutationRoot');
  return newFrame('selection', { collection: readableCollection(catalog, condition) });
}

function openSelection(frame: Frame, last: string | undefined, catalog: CatalogShape): Frame {
  const { collection } = frame;
  switch (frame.area) {
    case 'queryRoot':
      if (last?.startsWith('__')) return newFrame('insideSelection');
      return newFrame('selection', {
        collection: readableCollection(catalog, last),
        parts: frame.owner === 'subscription' ? 'none' : undefined,
      });
    case 'mutationRoot':
      if (last === 'transaction') return newFrame('mutationRoot');
      return newFrame('selection', {
        collection: frame.named ?? jobsOf(last, catalog),
        parts: 'totals',
      });
    case 'selection':
      return openInSelection(frame, last, catalog);
    case 'edges':
      return newFrame(last === 'node' ? 'selection' : 'other', { collection, parts: 'none' });
    case 'groups':
      if (last === 'aggregate') return newFrame('aggregate', { collection });
      return newFrame(last === 'nodes' ? 'selection' : 'insideSelection', {
        collection,
        parts: 'none',
      });
    default:
      return newFrame('insideSelection', { collection, path: pathBelow(frame, last) });
  }
}

function openInSelection(frame: Frame, last: string | undefined, catalog: CatalogShape): Frame {
  const { collection } = frame;
  switch (last) {
    case 'edges':
    case 'pageInfo':
    case 'aggregate':
      return newFrame(last, { collection });
    case 'groupBy':
      return newFrame('groups', { collection });
    case 'lookup':
      return newFrame('selection', { collection: frame.named, parts: 'totals' });
    default: {
      const relation = relationAt(frame, last, catalog);
      if (relation?.target !== undefined) {
        const { target, form } = relation;
        const parts = form === 'referrers' ? 'totals' : 'none';
        return newFrame('selection', { collection: target, parts });
      }
      return newFrame('insideSelection', { collection, path: last });
    }
  }
}

function relationAt(
  { collection }: Frame,
  name: string | undefined,
  catalog: CatalogShape,
): Relation | undefined {
  if (collection === undefined || name === undefined) return undefined;
  return findRelation(catalog, collection, name);
}

function openSchemaStatement(frame: Frame, catalog: CatalogShape): Frame {
  const [first, second, third] = frame.words;
  if (first === 'alter') return openAlteration(third, catalog);
  if (first !== 'define') return newFrame('other');
  if (second !== 'handler') return newFrame('collectionBody', { owner: definedName(frame) });
  return newFrame('arguments', { signature: handlerSignature });
}

function openStep(frame: Frame, catalog: CatalogShape): Frame {
  const [first, , third, fourth] = frame.words;
  switch (first) {
    case 'create':
      return newFrame('collectionBody', { owner: definedName(frame) });
    case 'alter':
      return openAlteration(third, catalog);
    case 'migrate':
      return newFrame('dataStep', { collection: readableCollection(catalog, fourth) });
    default:
      return newFrame('other');
  }
}

function openAlteration(name: string | undefined, catalog: CatalogShape): Frame {
  return newFrame('alterBody', { collection: readableCollection(catalog, name), owner: name });
}

/** The name in `define collection if not exists users @open`. */
function definedName({ words }: Frame): string | undefined {
  return words.findLast((word) => !word.startsWith('@'));
}

/** What the functions about jobs give. */
function jobsOf(name: string | undefined, catalog: CatalogShape) {
  return name?.includes('Job') ? readableCollection(catalog, '_jobs') : undefined;
}

/** The type of the value that is expected in a frame, as far as anybody knows. */
export function wantedType(frame: Frame, isInList: boolean): FieldType | undefined {
  switch (frame.area) {
    case 'operators':
      return operandType(frame.type, frame.key, isInList);
    case 'filter':
    case 'data':
      return typeAt(frame.collection, frame.key);
    case 'update':
      return frame.type;
    case 'arguments':
      return parameterType(findParameter(frame.signature, frame.key)?.kind);
    default:
      return undefined;
  }
}
