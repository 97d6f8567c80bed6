/*
 * Some titles of the source were written in Latin-1 and read as Mac Roman: `Amélie` became `AmÈlie`. These are the
 * characters that occur and what they were. The ones that titles really have (`Alien³`, `Ri¢hie Ri¢h`) are not here.
 */
const misreadCharacters: ReadonlyMap<string, string> = new Map([
  ['È', 'é'],
  ['Ë', 'è'],
  ['Í', 'ê'],
  ['Î', 'ë'],
  ['Û', 'ó'],
  ['Ù', 'ô'],
  ['˘', 'ù'],
  ['‡', 'à'],
  ['·', 'á'],
  ['‰', 'ä'],
  ['Ω', '½'],
  ['Ö', '…'],
]);

/** The title with misread characters put right. */
export function repairTitle(title: string): string {
  return [...title].map((character) => misreadCharacters.get(character) ?? character).join('');
}
