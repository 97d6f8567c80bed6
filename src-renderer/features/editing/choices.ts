/* What may be chosen for a cell: two words for a Boolean, values that documents hold, documents of another collection. */
import type { CollectionInfo, FieldInfo, WireValue } from '#contract';

export interface Choice {
  readonly value: WireValue;
  readonly label: string;
  /** Said behind it: how often, or the id. */
  readonly detail?: string;
}

export const booleanChoices: readonly Choice[] = [
  { value: true, label: 'true' },
  { value: false, label: 'false' },
];

export function isBoolean({ type }: FieldInfo): boolean {
  return type.kind === 'scalar' && type.name === 'Boolean';
}

/** Choices whose words hold what was typed; those that begin with it first. */
export function fittingChoices(choices: readonly Choice[], typed: string): readonly Choice[] {
  const text = typed.trim().toLowerCase();
  const at = ({ label }: Choice) => label.toLowerCase().indexOf(text);
  return choices
    .filter((choice) => at(choice) >= 0)
    .sort((left, right) => Number(at(left) > 0) - Number(at(right) > 0));
}

const foundMax = 20;

/** What names the documents of a collection: its first text that must be there, else its first text. */
function namingField({ fields }: CollectionInfo): string | undefined {
  const texts = fields.filter(({ type }) => type.kind === 'scalar' && type.name === 'String');
  return (texts.find(({ nullable }) => !nullable) ?? texts[0])?.name;
}

/** The query that finds documents to refer to, by what names them. */
export function referenceQuery(
  target: CollectionInfo,
  typed: string,
): { readonly text: string; readonly variables: { readonly [name: string]: WireValue } } {
  const name = namingField(target);
  const found = typed.trim();
  const isById = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(found);
  if (isById) {
    const fields = name === undefined ? 'id' : `id ${name}`;
    const text = `query Find($id: Uuid!) { ${target.name}(where: { id: { eq: $id } }) { ${fields} } }`;
    return { text, variables: { id: found.toLowerCase() } };
  }
  if (name === undefined)
    return { text: `query Find { ${target.name}(limit: ${foundMax}) { id } }`, variables: {} };
  const text = `query Find($name: String!) { ${target.name}(where: { ${name}: { icontains: $name } }, orderBy: { ${name}: ASC }, limit: ${foundMax}) { id ${name} } }`;
  return { text, variables: { name: found } };
}
