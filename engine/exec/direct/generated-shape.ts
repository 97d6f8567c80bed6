/*
 * Shapes of documents as generated functions. A loop over names reads and writes each property through one place of
 * the code, which no engine of JavaScript makes fast for more than one name; a function with the names in it takes a
 * quarter of the time. It costs about as much as shaping a hundred documents, so that it is made for shapes that are
 * used often. Names come into its text as JSON alone. Where the process forbids to make functions of text
 * (`--disallow-code-generation-from-strings`), the loop stays.
 */
import { assert } from '../../base/assert.ts';
import { setOwn } from '../../base/own-key.ts';
import type { StoredDocument } from '../../values/stored-value.ts';
import { generateFunction } from '../generate-function.ts';
import {
  compileProjection,
  type MissingFields,
  type OutputObject,
  type PlainField,
  plainFields,
} from '../projection.ts';
import type { ProjectedField } from '../selection.ts';

export type Shape = (document: StoredDocument) => OutputObject;

/** So many documents are shaped by the loop first. */
const usesMin = 256;
/** More fields than that make a function that is not compiled to machine code soon. */
const fieldsMax = 64;

/** As `compileProjection`, for a selection that is used often. */
export function compileShape(selection: readonly ProjectedField[], missing: MissingFields): Shape {
  const loop = compileProjection(selection, missing);
  const plain = plainFields(selection);
  if (plain === undefined || plain.length === 0 || plain.length > fieldsMax) return loop;
  return onceUsed(loop, () => generateShape(plain, missing, loop));
}

type ListShape = (documents: readonly StoredDocument[]) => OutputObject[];

/** The same for whole lists, each shape under a key of an object of its own: the loop is part of what is generated. */
export function compileListUnder(key: string, selection: readonly ProjectedField[]): ListShape {
  const shape = compileProjection(selection, 'null');
  const loop: Shape = (document) => {
    const object: OutputObject = {};
    setOwn(object, key, shape(document));
    return object;
  };
  let list: ListShape = (documents) => documents.map(loop);
  const plain = plainFields(selection);
  if (plain === undefined || plain.length > fieldsMax || key === '__proto__') return list;
  let usesLeft = usesMin;
  return (documents) => {
    if (usesLeft > 0) {
      usesLeft -= documents.length;
      if (usesLeft <= 0) list = generateList(key, plain, loop) ?? list;
    }
    return list(documents);
  };
}

/** Objects whose values under fixed keys are made by functions. */
export function compileObject(
  columns: readonly { readonly key: string; readonly read: (each: StoredDocument) => unknown }[],
  loop: Shape,
): Shape {
  if (columns.length > fieldsMax || columns.some(({ key }) => key === '__proto__')) return loop;
  const body = columns.map(({ key }, at) => `${JSON.stringify(key)}: values[${at}](each)`);
  const reads = columns.map(({ read }) => read);
  return onceUsed(loop, () => generate(`(each) => ({ ${body.join(', ')} })`, loop, reads));
}

/** The loop until it was used so often, then what is generated, if it can be. */
function onceUsed(loop: Shape, make: () => Shape | undefined): Shape {
  let usesLeft = usesMin;
  let shape = loop;
  return (document) => {
    if (usesLeft > 0) {
      usesLeft -= 1;
      if (usesLeft === 0) shape = make() ?? loop;
    }
    return shape(document);
  };
}

/** What makes the object of a document `each`: its values, when they are of another kind than it can show, and itself. */
function textsOf(plain: readonly PlainField[], missing: MissingFields) {
  const reads = plain.map(({ name }, at) => `const v${at} = each[${JSON.stringify(name)}];`);
  const tests = plain.flatMap(({ copy }, at) => [
    ...(missing === 'absent' ? [`v${at} === undefined`] : []),
    ...(copy === undefined ? [`(typeof v${at} === 'object' && v${at} !== null)`] : []),
  ]);
  const values = plain.map(({ key, copy }, at) => {
    const value = copy === undefined ? `v${at}` : `values[${at}](v${at})`;
    const whole = missing === 'absent' ? value : `v${at} === undefined ? null : ${value}`;
    return `${JSON.stringify(key)}: ${whole}`;
  });
  return {
    reads: reads.join(' '),
    isOther: tests.length === 0 ? 'false' : tests.join(' || '),
    object: `{ ${values.join(', ')} }`,
    copies: plain.map(({ copy }) => copy),
  };
}

function generateShape(
  plain: readonly PlainField[],
  missing: MissingFields,
  loop: Shape,
): Shape | undefined {
  const { reads, isOther, object, copies } = textsOf(plain, missing);
  return generate(
    `(each) => { ${reads} if (${isOther}) return loop(each); return ${object}; }`,
    loop,
    copies,
  );
}

function generateList(
  key: string,
  plain: readonly PlainField[],
  loop: Shape,
): ListShape | undefined {
  const { reads, isOther, object, copies } = textsOf(plain, 'null');
  const one = `${reads} list[at] = ${isOther} ? loop(each) : { ${JSON.stringify(key)}: ${object} };`;
  return generate<ListShape>(
    `(documents) => {
      const count = documents.length;
      const list = new Array(count);
      for (let at = 0; at < count; at += 1) { const each = documents[at]; ${one} }
      return list;
    }`,
    loop,
    copies,
  );
}

/** The function of a text that uses `loop` and `values`; `undefined` where functions cannot be made of text. */
function generate<Made extends Shape | ListShape = Shape>(
  text: string,
  loop: Shape,
  values: readonly unknown[],
): Made | undefined {
  const made = generateFunction(text, { loop, values });
  assert(made === undefined || isMade<Made>(made), 'the text is that of a function');
  return made;
}

function isMade<Made>(value: unknown): value is Made {
  return typeof value === 'function';
}
