/**
 * How well an entry fits what was typed, from 0 (not at all) to 1: every typed word must stand in its title or its
 * other words. The beginning of the title is best, then the beginning of a word, then any place, then other words.
 */
export function paletteScore(title: string, otherWords: readonly string[], typed: string): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const name = title.toLowerCase();
  const others = otherWords.join(' ').toLowerCase();
  let score = 1;
  for (const [at, word] of words.entries()) {
    if (at === 0 && name.startsWith(word)) continue;
    if (name.split(/[\s_.:-]+/).some((part) => part.startsWith(word))) score = Math.min(score, 0.8);
    else if (name.includes(word)) score = Math.min(score, 0.6);
    else if (others.includes(word)) score = Math.min(score, 0.3);
    else return 0;
  }
  return score;
}
