/* Completion for AQL that is typed in a line of its own, outside of an editor. */
import type { CatalogSamples, CatalogShape } from '#engine/aql';

/** Where something is typed, as part of a whole text. */
export interface CompletionPlace {
  /** Names the line among all that ask. */
  readonly document: string;
  /** What stands before the line in the whole text. */
  readonly before: string;
  readonly text: string;
  /** Where the cursor stands in the line. */
  readonly offset: number;
  readonly catalog: CatalogShape;
  readonly samples: CatalogSamples;
}

export interface TextCompletion {
  readonly label: string;
  readonly detail: string;
  /** The line with it. */
  readonly text: string;
  /** Where the cursor goes. */
  readonly offset: number;
}

const completionsMax = 12;

/** What may stand at a place, best first, as far as it begins with what is typed there. The language comes with the first question. */
export async function completionsAt(place: CompletionPlace): Promise<readonly TextCompletion[]> {
  const { document, before, text, offset, catalog, samples } = place;
  const { languageClient } = await import('./language-environment.ts');
  languageClient.setText(document, () => `${before}${text}`);
  languageClient.setCatalog(document, catalog);
  languageClient.setValues(document, samples, {});
  const question = { name: 'complete', offset: before.length + offset } as const;
  const items = await languageClient.ask(document, question);
  return items
    .filter(({ kind }) => kind !== 'snippet')
    .toSorted((left, right) => (left.sortText < right.sortText ? -1 : 1))
    .flatMap(({ label, detail = '', insertText, isSnippet, replaceSpan }) => {
      const start = Math.max(0, replaceSpan.start - before.length);
      const end = Math.min(text.length, Math.max(start, replaceSpan.end - before.length));
      const typed = text.slice(start, offset).toLowerCase();
      if (!label.toLowerCase().startsWith(typed) || label.toLowerCase() === typed) return [];
      const plain = isSnippet ? oneLine(insertText) : insertText;
      const cursor = isSnippet ? plain.indexOf('$0') : -1;
      const inserted = isSnippet ? plain.replace('$0', '').replaceAll('\\$', '$') : plain;
      return {
        ...{ label, detail },
        text: `${text.slice(0, start)}${inserted}${text.slice(end)}`,
        offset: start + (cursor < 0 ? inserted.length : cursor),
      };
    })
    .slice(0, completionsMax);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
