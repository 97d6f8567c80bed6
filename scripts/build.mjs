// `npm run build`: the two hosts, the preload and the page into out/{main,preload,renderer}, then the engine as a
// library, the command line and the server's GraphiQL into out/{engine,cli,server,graphiql}.
import { join } from 'node:path';
import { build } from 'electron-vite';
import { runnerImport } from 'vite';
import { root } from './run-command.mjs';

process.chdir(root);
process.env['NODE_ENV'] ??= 'production';
await build({ logLevel: 'warn' });

// Imported by Vite's runner, so that the build also works on a Node that does not read TypeScript itself.
for (const [file, name, ...args] of [
  ['build-libraries.ts', 'buildLibraries'],
  ['libraries/graphiql.ts', 'bundleGraphiql', root],
]) {
  const { module } = await runnerImport(join(root, 'scripts', file), {
    configFile: false,
    logLevel: 'warn',
  });
  await module[name](...args, join(root, 'out'));
}
