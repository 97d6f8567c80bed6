import { requireList } from './base/arguments.ts';

/** What was prepared of texts that stand in a program, by their place: a template's strings are one object for each. */
export class PreparedTemplates<Prepared> {
  readonly #byPlace = new WeakMap<TemplateStringsArray, Prepared>();

  of(template: TemplateStringsArray, prepare: (text: string) => Prepared): Prepared {
    requireList(template?.raw, 'The text behind db.aql');
    const known = this.#byPlace.get(template);
    if (known !== undefined) return known;
    // As it is written, so that escapes in strings of AQL are those of AQL.
    const prepared = prepare(template.raw.join(''));
    this.#byPlace.set(template, prepared);
    return prepared;
  }
}
