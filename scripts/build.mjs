// `npm run build`: the two hosts, the preload and the page into out/{main,preload,renderer}, then the engine as a
// library and the command line into out/{engine,cli}.
import { join } from 'node:path';
import { build } from 'electron-vite';
import { runnerImport } from 'vite';
import { root } from './run-command.mjs';

process.chdir(root);
process.env['NODE_ENV'] ??= 'production';
await build({ logLevel: 'warn' });

// Imported by Vite's runner, so that the build also works on a Node that does not read TypeScript itself.
const { module } = await runnerImport(join(root, 'scripts/build-libraries.ts'), {
  configFile: false,
  logLevel: 'warn',
});
await module.buildLibraries(join(root, 'out'));
