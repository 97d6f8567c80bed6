/*
 * How whole documents of a collection leave the engine, also from the cells in which the cache has their values
 * (document-rows.ts): by a generated function that reads each cell and makes the object at once.
 */
import type { CollectionDefinition, FieldType } from '#engine/aql';
import { assert } from '../base/assert.ts';
import type { FormField, OutputForm } from '../cache/output-form.ts';
import type { StoredDocument } from '../values/stored-value.ts';
import { documentOutput } from './document-output.ts';
import { generateFunction } from './generate-function.ts';
import { compileCopy, isListOfUnchanged, type PlainField } from './projection.ts';

type Make = NonNullable<OutputForm['make']>;

/** So many documents are made without the function, which takes as long to generate as to make a hundred. */
const usesMin = 256;
/** More fields than that make a function that is not compiled to machine code soon. */
const fieldsMax = 64;
/** Longer lists are copied from where they are. */
const listedMax = 4;
/** Only the first lists get cells of their own. */
const listedFieldsMax = 4;

const forms = new WeakMap<CollectionDefinition, OutputForm>();

/** One for each definition. */
export function documentForm(definition: CollectionDefinition): OutputForm {
  const known = forms.get(definition);
  if (known !== undefined) return known;
  const form = new DocumentForm(definition);
  forms.set(definition, form);
  return form;
}

interface CellField extends FormField {
  readonly copy: PlainField['copy'];
}

class DocumentForm implements OutputForm {
  readonly fields: readonly CellField[];
  make: Make | undefined;
  readonly #output: ReturnType<typeof documentOutput>;
  #useCount = 0;

  constructor(definition: CollectionDefinition) {
    this.fields = cellFieldsOf(definition);
    this.#output = documentOutput(definition);
  }

  output(document: StoredDocument): unknown {
    this.#useCount += 1;
    if (this.#useCount === usesMin && this.fields.length > 0) this.make = generateMake(this.fields);
    return this.#output(document);
  }
}

/** None when documents may have other fields, or too many. */
function cellFieldsOf({ fields, open }: CollectionDefinition): readonly CellField[] {
  if (open === true || fields.length >= fieldsMax) return [];
  // In the text of an object it would be the prototype.
  if (fields.some(({ name }) => name === '__proto__')) return [];
  let listedCount = 0;
  const cellField = (name: string, type: FieldType): CellField => {
    const copy = compileCopy(type);
    const isListed = isListOfUnchanged(type) && listedCount < listedFieldsMax;
    if (isListed) listedCount += 1;
    return { name, copy, isCopied: copy !== undefined, listedMax: isListed ? listedMax : 0 };
  };
  const id: CellField = { name: 'id', copy: undefined, isCopied: false, listedMax: 0 };
  return [id, ...fields.map(({ name, type }) => cellField(name, type))];
}

function generateMake(fields: readonly CellField[]): Make | undefined {
  const reads: string[] = [];
  const values: string[] = [];
  let cell = 0;
  for (const [number, field] of fields.entries()) {
    reads.push(`const v${number} = cells[at + ${cell}];`);
    values.push(`${JSON.stringify(field.name)}: ${valueText(field, number, cell)}`);
    cell += 1 + field.listedMax;
  }
  const text = `(cells, at) => { ${reads.join(' ')} return { ${values.join(', ')} }; }`;
  const make = generateFunction(text, { copies: fields.map(({ copy }) => copy) });
  assert(make === undefined || isMake(make), 'the text is that of a function');
  // Fields of which V8 has only seen numbers it keeps as numbers, each by itself in memory: to copy one it has to look
  // there. After another value in the same field the numbers are copied as they are, as texts.
  make?.(new Array<null>(cell).fill(null), 0);
  return make;
}

function valueText({ copy, listedMax: most }: CellField, number: number, cell: number): string {
  if (copy === undefined) return `v${number}`;
  let text = `copies[${number}](v${number})`;
  for (let length = most; most > 0 && length >= 0; length -= 1) {
    const elements = Array.from({ length }, (_, at) => `cells[at + ${cell + 1 + at}]`);
    text = `v${number} === ${length} ? [${elements.join(', ')}] : ${text}`;
  }
  return text;
}

function isMake(value: unknown): value is Make {
  return typeof value === 'function';
}
