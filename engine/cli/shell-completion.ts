/* Completion in a line of the shell: what the language service offers, as plain words. */
import { complete, type LanguageCatalog } from '#engine/aql';

/** What may stand at the end of the text, and the part of it that each of them replaces: what readline asks for. */
export function completeLine(
  text: string,
  catalog: LanguageCatalog,
): readonly [readonly string[], string] {
  const items = complete(text, text.length, catalog);
  const [first] = items;
  if (first === undefined) return [[], ''];
  const typed = text.slice(first.replaceSpan.start);
  const words = items
    .filter(({ replaceSpan }) => replaceSpan.start === first.replaceSpan.start)
    .map(({ insertText, isSnippet, label }) => {
      const word = isSnippet ? beforeCursor(insertText) : insertText;
      return word.includes('\n') ? label : word;
    });
  const fitting = words.filter((word) => word.toLowerCase().startsWith(typed.toLowerCase()));
  return [[...new Set(fitting)], typed];
}

function beforeCursor(snippet: string): string {
  const [before = ''] = snippet.split(/\$(?:\d|\{)/);
  return before.replaceAll('\\$', '$');
}
