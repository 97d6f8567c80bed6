/** Of the names in a folder those of migration files, in the order in which they are applied: 2 comes before 10. */
export function migrationFileNames(names: readonly string[]): readonly string[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return names.filter((name) => name.endsWith('.aql')).sort(compare);
}
