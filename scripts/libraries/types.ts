/*
 * The types that consumers see. The compiler writes declarations that import `#engine/aql` and `.ts` files, which
 * only work inside of this repository; here the files that the doors of engine and server reach are copied with relative `.js`
 * imports, which every module resolution understands.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** What this repository's own import names stand for. */
const ownNames: ReadonlyMap<string, string> = new Map([
  ['#engine', 'engine/index.ts'],
  ['#engine/aql', 'engine/aql/index.ts'],
  ['#server', 'engine/server/create-server.ts'],
]);

const importForm = /(from\s+|import\s*\(\s*|import\s+)(['"])([^'"]+)\2/g;

/** Lets the compiler bring `out/types` up to date. */
export function emitDeclarations(root: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const result = spawnSync(process.execPath, [compiler, '-b', 'engine'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Error(`The engine does not compile:\n${result.stdout}${result.stderr}`);
  }
}

/** Copies what the doors' declarations reach from the compiler's output; gives the number of files. */
export function writePublicTypes(compilerOutput: string, typesFolder: string): number {
  const queue = ['engine/index.ts', 'engine/server/create-server.ts'];
  const reached = new Set(queue);
  for (let source = queue.pop(); source !== undefined; source = queue.pop()) {
    const text = readFileSync(declarationFile(compilerOutput, source), 'utf8');
    const rewritten = rewriteImports(text, source, (target) => {
      if (reached.has(target)) return;
      reached.add(target);
      queue.push(target);
    });
    const file = join(typesFolder, source.replace(/\.ts$/, '.d.ts'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, rewritten);
  }
  return reached.size;
}

/** The language is a project of its own, and so is its output. */
function declarationFile(compilerOutput: string, source: string): string {
  const project = source.startsWith('engine/aql/') ? 'aql' : 'engine';
  return join(compilerOutput, project, source.replace(/\.ts$/, '.d.ts'));
}

/** The text with relative `.js` imports. `onImport` hears every source file of ours that is imported. */
function rewriteImports(text: string, source: string, onImport: (target: string) => void): string {
  return text.replace(importForm, (whole, keyword: string, quote: string, name: string) => {
    const target = ownNames.get(name) ?? resolveRelative(source, name);
    if (target === undefined) return whole;
    onImport(target);
    const path = posix.relative(posix.dirname(source), target).replace(/\.ts$/, '.js');
    return `${keyword}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
}

function resolveRelative(source: string, name: string): string | undefined {
  return name.startsWith('.') ? posix.join(posix.dirname(source), name) : undefined;
}
