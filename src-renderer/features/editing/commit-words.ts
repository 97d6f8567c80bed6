/* The words for what a mutation does that a person wrote in place of the proposed one. */
import type { Result, WritePreview } from '#contract';
import { actText, placeWord } from '../guard/guard-text.ts';

/** `It will: Delete 1 document from makers; Insert 2 documents into films.` */
export function ownText({
  previews,
  omitted,
}: Pick<Result<'query.preview'>, 'previews' | 'omitted'>): string | undefined {
  const acts = previews.filter(({ error }) => error === undefined).map(actIn);
  if (omitted > 0) acts.push(`${omitted.toLocaleString('en-US')} more writes`);
  return acts.length === 0 ? undefined : `It will: ${acts.join('; ')}.`;
}

/** What it writes to, with spaces between the names; `undefined` when not all of it was looked into. */
export function writtenNames({
  previews,
  omitted,
}: Pick<Result<'query.preview'>, 'previews' | 'omitted'>): string | undefined {
  const names = new Set(previews.map(({ target }) => target));
  return omitted > 0 || names.size === 0 ? undefined : [...names].join(' ');
}

/** `Delete 1 document from makers` */
function actIn(preview: WritePreview): string {
  const place = placeWord(preview);
  return place === undefined ? actText(preview) : `${actText(preview)} ${place} ${preview.target}`;
}
