/*
 * The reference of the public API, made from the declarations that the package ships: every name of a door, with the
 * words that stand above it in the source, and its declaration with those above its members. What a declaration is made
 * of without being exported itself (the options that several kinds of options have in common) is shown below it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Door {
  /** What programs import. */
  readonly name: string;
  /** Its declarations, below the folder of types. */
  readonly file: string;
}

interface Export {
  readonly name: string;
  readonly file: string;
}

const kinds = 'class|abstract class|interface|type|function|const';

/** Writes the reference of the doors to a file, and gives the names in it. */
export function writeApiReference(
  typesFolder: string,
  doors: readonly Door[],
  file: string,
): readonly string[] {
  const sections = doors.map((door) => sectionOf(typesFolder, door));
  const text = sections.map(({ text }) => text).join('\n');
  writeFileSync(file, `# The API of aurora-studio\n\n${text}`);
  return sections.flatMap(({ names }) => names);
}

function sectionOf(typesFolder: string, door: Door) {
  const path = join(typesFolder, door.file);
  const exports = exportsOf(path).sort((left, right) => (left.name < right.name ? -1 : 1));
  const entries = exports.map((each) => entryOf(each));
  const list = exports.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(' · ');
  return {
    text: `## ${door.name}\n\n${list}\n\n${entries.join('\n')}`,
    names: exports.map(({ name }) => name),
  };
}

/** What a file exports, each with the file that declares it. */
function exportsOf(path: string): Export[] {
  const text = readFileSync(path, 'utf8');
  const again = [...text.matchAll(/export (?:type )?\{([^}]*)\} from ['"]([^'"]+)['"]/g)].flatMap(
    ([, names = '', from = '']) => {
      const target = join(dirname(path), from.replace(/\.js$/, '.d.ts'));
      return names
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => declarerOf(name, target));
    },
  );
  const own = [...text.matchAll(new RegExp(`^export (?:declare )?(?:${kinds}) (\\w+)`, 'gm'))];
  return [...again, ...own.map(([, name = '']) => ({ name, file: path }))];
}

/** The file that declares a name, which may be behind further doors. */
function declarerOf(name: string, file: string): Export {
  if (declarationIn(readFileSync(file, 'utf8'), name) !== undefined) return { name, file };
  const found = exportsOf(file).find((each) => each.name === name);
  if (found === undefined) throw new Error(`"${name}" is not declared in ${file}.`);
  return found;
}

interface Declaration {
  readonly comment: string;
  readonly text: string;
}

function declarationIn(text: string, name: string): Declaration | undefined {
  const found = new RegExp(
    `(?:^/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n)?^export (?:declare )?(?:${kinds}) ${name}\\b`,
    'm',
  ).exec(text);
  if (found === null) return undefined;
  const [whole, comment = ''] = found;
  const start = found.index + whole.lastIndexOf('export ');
  return { comment: plainComment(comment), text: text.slice(start, endOf(text, start)) };
}

/** The end of the declaration that begins here: the line that closes what it opens. */
function endOf(text: string, start: number): number {
  const rest = text.slice(start);
  const next =
    /\n(?=(?:export|declare|interface|type|class|import|\/\*\*)\b|\/\*\*|export \{\})/.exec(rest);
  return next === null ? text.length : start + next.index;
}

function plainComment(comment: string): string {
  return comment.replaceAll(/^\s*\* ?/gm, '').trim();
}

function entryOf({ name, file }: Export): string {
  const declaration = declarationIn(readFileSync(file, 'utf8'), name);
  if (declaration === undefined) throw new Error(`"${name}" is not declared in ${file}.`);
  const own = declaration.text.replace(/^export (declare )?/, '').trimEnd();
  const text = [own, ...ownTypesIn(own, readFileSync(file, 'utf8'))].join('\n\n');
  const comment = declaration.comment === '' ? '' : `${declaration.comment}\n\n`;
  // Four, because comments hold examples between three.
  return `### ${name}\n\n${comment}\`\`\`\`ts\n${text}\n\`\`\`\`\n`;
}

/** The types that a declaration names and its file keeps to itself, and those that they name. */
function ownTypesIn(declaration: string, text: string): readonly string[] {
  const found = new Map<string, string>();
  const own = /(?:^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^(?:declare )?(?:interface|type) (\w+)/gm;
  const types = [...text.matchAll(own)].map(({ 0: whole, 1: name = '', index }) => ({
    name,
    text: text.slice(index, endOf(text, index + whole.length)).trimEnd(),
  }));
  const open = [declaration];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const code = next.replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const { name, text: type } of types) {
      if (found.has(name) || !new RegExp(`\\b${name}\\b`).test(code)) continue;
      found.set(name, type);
      open.push(type);
    }
  }
  return [...found.values()];
}
