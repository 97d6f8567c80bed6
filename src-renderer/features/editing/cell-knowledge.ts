/* What the schema and a sample of the documents say of a cell: values to choose, the target, members of objects. */
import type { CatalogInfo } from '#contract';
import type { CatalogSamples } from '#engine/aql';
import type { JsonHint } from '../../editor/json-editor.tsx';
import type { Choice } from './choices.ts';
import type { EditableCell } from './grid-actions.ts';
import type { CellKnowledge } from './use-grid-editing.tsx';

export function cellKnowledge(
  { field, collection }: Pick<EditableCell, 'field' | 'collection'>,
  catalog: CatalogInfo | undefined,
  samples: CatalogSamples,
): CellKnowledge {
  return {
    suggestions: choicesOf(samples[`${collection}.${field.name}`] ?? []),
    target: catalog?.collections.find(({ name }) => name === field.references),
    hints: hintsBelow(samples, `${collection}.${field.name}.`),
  };
}

type Sampled = CatalogSamples[string];

function choicesOf(sampled: Sampled): readonly Choice[] {
  return sampled.map(({ value, count }) => ({
    value,
    label: String(value),
    detail: count.toLocaleString('en-US'),
  }));
}

/** What a sample of the documents knows of the members below a path. */
export function hintsBelow(samples: CatalogSamples, prefix: string): readonly JsonHint[] {
  return Object.entries(samples).flatMap(([path, sampled]) =>
    path.startsWith(prefix)
      ? [
          {
            path: path.slice(prefix.length),
            detail: typeof sampled[0]?.value,
            values: sampled.map(({ value }) => JSON.stringify(value)),
          },
        ]
      : [],
  );
}
