/** `1 document matches`, `3 documents` */
export function foundText(count: number, hasFilter: boolean): string {
  const [noun, verb] = count === 1 ? ['document', 'matches'] : ['documents', 'match'];
  return `${count.toLocaleString('en-US')} ${noun}${hasFilter ? ` ${verb}` : ''}`;
}
