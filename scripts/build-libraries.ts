/*
 * Builds what other programs use: the engine as a library (`out/engine/index.js`, with types beside it) and the
 * command line (`out/cli/aurora.js`). Both come from one build, so that they share the engine's code; dependencies
 * stay outside, because lmdb finds its native part beside itself.
 *
 *     node scripts/build-libraries.ts [out folder]
 */
import { dirname, join, resolve } from 'node:path';
import { writeApiReference } from './libraries/api-reference.ts';
import { bundleLibraries } from './libraries/bundle.ts';
import { emitDeclarations, writePublicTypes } from './libraries/types.ts';

const root = dirname(import.meta.dirname);

/** Builds into `outFolder`; what earlier builds left of the libraries is removed. */
export async function buildLibraries(outFolder: string): Promise<void> {
  await bundleLibraries(root, outFolder);
  emitDeclarations(root);
  const fileCount = writePublicTypes(join(root, 'out/types'), join(outFolder, 'engine/types'));
  const doors = [
    { name: 'aurora-studio/engine', file: 'engine/index.d.ts' },
    { name: 'aurora-studio/server', file: 'engine/server/create-server.d.ts' },
  ];
  const reference = join(outFolder, 'api-reference.md');
  writeApiReference(join(outFolder, 'engine/types'), doors, reference);
  process.stdout.write(
    `Libraries: engine, command line and ${fileCount} files of types, in ${outFolder}\n`,
  );
}

if (process.argv[1] === import.meta.filename) {
  await buildLibraries(resolve(process.argv[2] ?? join(root, 'out')));
}
