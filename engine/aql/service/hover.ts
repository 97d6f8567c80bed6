import type { IToken } from 'chevrotain';
import type { CollectionDefinition } from '../catalog-shape.ts';
import type { Span } from '../diagnostic.ts';
import { findFilterOperator } from '../filter-operators.ts';
import { findRelation } from '../relations.ts';
import { type CursorContext, contextAt, tokensOf, wordOf } from './cursor-context.ts';
import { type Frame, pathBelow } from './cursor-frame.ts';
import { collectionMarkdown, fieldMarkdown, idField, sampleText } from './describe.ts';
import type { LanguageCatalog } from './language-catalog.ts';
import { readableCollection } from './readable-collection.ts';
import { findParameter, type Signature, signatureLabel } from './signature.ts';
import {
  aggregateSignatures,
  directiveSignatures,
  mutationSignatures,
  selectionSignatures,
} from './signatures.ts';
import {
  expressionFunctions,
  meaningIn,
  partMeanings,
  statementMeanings,
  typeMeanings,
  updateOperatorMeanings,
} from './word-meanings.ts';

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** What the word at a place means; `undefined` when it is nothing the language or the catalog knows. */
export function hover(text: string, offset: number, catalog: LanguageCatalog): Hover | undefined {
  const tokens = tokensOf(text);
  const index = tokens.findIndex((token) => contains(token, offset));
  const token = tokens[index];
  if (token === undefined || !/^["A-Za-z_]/.test(token.image)) return undefined;
  const context = contextAt(tokens, index, catalog);
  const isAlias = tokens[index + 1]?.image === ':';
  const markdown = meaning(context, wordOf(token), catalog, isAlias);
  if (markdown === undefined) return undefined;
  const span = { start: token.startOffset, end: token.startOffset + token.image.length };
  return { span, markdown };
}

function contains(token: IToken, offset: number): boolean {
  return token.startOffset <= offset && offset < token.startOffset + token.image.length;
}

function meaning(
  context: CursorContext,
  word: string,
  catalog: LanguageCatalog,
  isAlias: boolean,
): string | undefined {
  const { frame, valueFrame } = context;
  switch (frame.expecting) {
    case 'directive':
      return signatureMeaning(directiveSignatures.get(word), '@');
    case 'typeCondition':
      return collectionMeaning(catalog, word);
    case 'variable':
      return variableMeaning(context, word);
    case 'spread': {
      const on = context.fragments.find(({ name }) => name === word)?.on;
      return on === undefined ? undefined : code(`fragment ${word} on ${on}`);
    }
    case 'value':
    case 'default':
      return valueMeaning(valueFrame, word, catalog);
    case 'expression':
      return meaningIn(expressionFunctions, word) ?? fieldMeaning(frame.collection, word, catalog);
    case 'name':
      return isAlias && isAliasPlace(frame) ? undefined : nameMeaning(frame, word, catalog);
  }
}

function isAliasPlace({ area }: Frame): boolean {
  return area === 'queryRoot' || area === 'mutationRoot' || area === 'selection';
}

function nameMeaning(frame: Frame, word: string, catalog: LanguageCatalog): string | undefined {
  switch (frame.area) {
    case 'document':
      return frame.words.length === 0 ? meaningIn(statementMeanings, word) : undefined;
    case 'queryRoot':
      return collectionMeaning(catalog, word);
    case 'mutationRoot':
      return signatureMeaning(mutationSignatures.get(word));
    case 'selection':
      return selectionMeaning(frame, word, catalog);
    case 'aggregate':
      return signatureMeaning(aggregateSignatures.get(word));
    case 'edges':
    case 'pageInfo':
    case 'groups':
      return signatureMeaning(selectionSignatures.get(word)) ?? meaningIn(partMeanings, word);
    case 'filter':
    case 'order':
    case 'data':
    case 'dataStep':
    case 'indexFields':
      return fieldMeaning(frame.collection, word, catalog);
    case 'operators':
      return findFilterOperator(word)?.meaning ?? innerMeaning(frame, word, catalog);
    case 'update':
      return meaningIn(updateOperatorMeanings, word);
    case 'insideSelection':
      return innerMeaning(frame, word, catalog);
    case 'arguments': {
      const parameter = findParameter(frame.signature, word);
      if (parameter === undefined) return undefined;
      const { name, type, isRequired, documentation } = parameter;
      return `${code(`${name}: ${type}${isRequired ? '!' : ''}`)}\n\n${documentation}`;
    }
    case 'schema':
    case 'steps': {
      const isName = frame.words.includes('collection') || frame.words.at(-1) === 'in';
      return isName ? collectionMeaning(catalog, word) : undefined;
    }
    default:
      return undefined;
  }
}

function selectionMeaning(
  frame: Frame,
  word: string,
  catalog: LanguageCatalog,
): string | undefined {
  const field = fieldMeaning(frame.collection, word, catalog);
  if (field !== undefined) return field;
  const relation = frame.collection && findRelation(catalog, frame.collection, word);
  if (relation?.target !== undefined) {
    const { target, form } = relation;
    const type = form === 'referrers' ? `[${target.name}]` : target.name;
    return `${code(`${word}: ${type}`)}\n\n${collectionMarkdown(target)}`;
  }
  return signatureMeaning(selectionSignatures.get(word)) ?? meaningIn(partMeanings, word);
}

function valueMeaning(frame: Frame, word: string, catalog: LanguageCatalog): string | undefined {
  switch (frame.area) {
    case 'collectionBody':
    case 'alterBody':
    case 'variables':
      return meaningIn(typeMeanings, word);
    case 'arguments':
      switch (findParameter(frame.signature, frame.key)?.kind) {
        case 'collection':
          return collectionMeaning(catalog, word);
        case 'localField':
          return fieldMeaning(frame.outer, word, catalog);
        case 'field':
        case 'fields':
          return fieldMeaning(frame.collection, word, catalog);
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}

function variableMeaning({ variables }: CursorContext, word: string): string | undefined {
  const type = variables.find(({ name }) => name === word)?.type;
  return type === undefined ? undefined : code(`$${word}: ${type}`);
}

function signatureMeaning(signature: Signature | undefined, prefix = ''): string | undefined {
  if (signature === undefined) return undefined;
  const label = signature.parameters.length > 0 ? signatureLabel(signature).label : signature.name;
  return `${code(prefix + label)}\n\n${signature.documentation}`;
}

function collectionMeaning(catalog: LanguageCatalog, name: string): string | undefined {
  const collection = readableCollection(catalog, name);
  return collection === undefined ? undefined : collectionMarkdown(collection);
}

function fieldMeaning(
  collection: CollectionDefinition | undefined,
  name: string,
  known: LanguageCatalog,
): string | undefined {
  const [first = ''] = name.split('.');
  const field = first === 'id' ? idField : collection?.fields.find((each) => each.name === first);
  return collection === undefined || field === undefined
    ? undefined
    : fieldMarkdown(collection, field, known);
}

/** What documents have below a field of type `Object` or `Any`. */
function innerMeaning(
  frame: Frame,
  word: string,
  { samples }: LanguageCatalog,
): string | undefined {
  const path = `${frame.collection?.name}.${pathBelow(frame, word)}`;
  return sampleText(path, samples);
}

function code(text: string): string {
  return `\`\`\`aql\n${text}\n\`\`\``;
}
