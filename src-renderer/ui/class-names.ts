/** Joins the class names that apply. */
export function classNames(...names: readonly (string | false | undefined)[]): string {
  let joined = '';
  for (const name of names) {
    if (typeof name === 'string' && name !== '') joined += joined === '' ? name : ` ${name}`;
  }
  return joined;
}
