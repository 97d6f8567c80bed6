import type { JsonValue } from '../field-type.ts';
import { type ComparedLine, lineDifference } from './line-difference.ts';

/*
 * The steps of a version as lines, from what is recorded of it: its syntax without layout, comments and places. What
 * this does not know, it writes as JSON, so that a difference is never hidden.
 */

type Node = { readonly [key: string]: JsonValue };

/** What of a recorded version became of another one, line by line. */
export function versionDifference(recorded: string, now: string): readonly ComparedLine[] {
  return lineDifference(meaningLines(recorded), meaningLines(now));
}

/** Lines of the steps of a version, from its meaning as the binder puts it. */
export function meaningLines(meaning: string): readonly string[] {
  if (meaning === '') return [];
  const steps: JsonValue = JSON.parse(meaning);
  return listOf(steps).flatMap(stepLines);
}

function stepLines(step: Node): readonly string[] {
  switch (step['kind']) {
    case 'defineCollection': {
      const fields = listOf(step['fields']).map((field) => `  ${fieldText(field)}`);
      return [`create collection ${nameOf(step['name'])}${directives(step)} {`, ...fields, '}'];
    }
    case 'dropCollection':
      return [`drop collection ${nameOf(step['name'])}`];
    case 'alterCollection': {
      const actions = listOf(step['actions']).map((action) => `  ${actionText(action)}`);
      return [`alter collection ${nameOf(step['name'])} {`, ...actions, '}'];
    }
    case 'migrateData': {
      const sets = listOf(step['assignments']).map((each) => {
        const where = each['where'] === undefined ? '' : ` where ${text(each['where'])}`;
        return `  set ${path(each['path'])} = ${text(each['expression'])}${where}`;
      });
      return [`migrate data in ${nameOf(step['collection'])} {`, ...sets, '}'];
    }
    default:
      return [JSON.stringify(step)];
  }
}

function actionText(action: Node): string {
  const fields = listOf(action['fields']).map((field) => path([field]));
  switch (action['kind']) {
    case 'addField':
      return `add ${fieldText(nodeOf(action['field']))}`;
    case 'dropField':
      return `drop ${nameOf(action['name'])}`;
    case 'renameField':
      return `rename ${nameOf(action['from'])} to ${nameOf(action['to'])}`;
    case 'modifyField':
      return `modify ${fieldText(nodeOf(action['field']))}`;
    case 'addIndex':
      return `add index (${fields.join(', ')})${action['isUnique'] === true ? ' unique' : ''}${action['isText'] === true ? ' text' : ''}`;
    case 'dropIndex':
      return `drop index (${fields.join(', ')})${action['isText'] === true ? ' text' : ''}`;
    default:
      return JSON.stringify(action);
  }
}

function fieldText(field: Node): string {
  return `${nameOf(field['name'])}: ${typeText(nodeOf(field['type']))}${directives(field)}`;
}

function typeText(type: Node): string {
  const inner =
    type['kind'] === 'list' ? `[${typeText(nodeOf(type['element']))}]` : nameOf(type['name']);
  return type['isRequired'] === true ? `${inner}!` : inner;
}

function directives(node: Node): string {
  return listOf(node['directives'])
    .map((each) => {
      const given = listOf(each['arguments']).map(
        (argument) => `${nameOf(argument['name'])}: ${text(argument['value'])}`,
      );
      return ` @${nameOf(each['name'])}${given.length === 0 ? '' : `(${given.join(', ')})`}`;
    })
    .join('');
}

/** A value or an expression. */
function text(value: JsonValue | undefined): string {
  const node = nodeOf(value);
  switch (node['kind']) {
    case 'string':
      return JSON.stringify(node['value']);
    case 'boolean':
    case 'enum':
      return String(node['value']);
    case 'number':
      return String(node['text']);
    case 'null':
      return 'null';
    case 'reference':
      return path(node['path']);
    case 'list':
      return `[${listOf(node['items']).map(text).join(', ')}]`;
    case 'object': {
      const entries = listOf(node['entries']).map(
        (entry) => `${nameOf(entry['key'])}: ${text(entry['value'])}`,
      );
      return `{ ${entries.join(', ')} }`;
    }
    case 'call':
      return `${nameOf(node['name'])}(${listOf(node['arguments']).map(text).join(', ')})`;
    case 'binary':
      return `${text(node['left'])} ${String(node['operator'])} ${text(node['right'])}`;
    default:
      return JSON.stringify(value);
  }
}

function path(value: JsonValue | undefined): string {
  return listOf(value)
    .map((part) => (Array.isArray(part['path']) ? path(part['path']) : nameOf(part)))
    .join('.');
}

function nameOf(value: JsonValue | undefined): string {
  const { value: name } = nodeOf(value);
  return typeof name === 'string' ? name : JSON.stringify(value);
}

function nodeOf(value: JsonValue | undefined): Node {
  const isNode = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Neither null nor a list: an object.
  return isNode ? (value as Node) : {};
}

function listOf(value: JsonValue | undefined): readonly Node[] {
  return Array.isArray(value) ? value.map(nodeOf) : [];
}
