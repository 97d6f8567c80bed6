import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

/** Bundles the engine's door, the server and the command line for Node 20 and later. */
export async function bundleLibraries(root: string, outFolder: string): Promise<void> {
  for (const folder of ['engine', 'server', 'cli']) {
    rmSync(join(outFolder, folder), { recursive: true, force: true });
  }
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir: outFolder,
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      copyPublicDir: false,
      rolldownOptions: {
        input: {
          'engine/index': join(root, 'engine/index.ts'),
          'server/index': join(root, 'engine/server/create-server.ts'),
          'cli/aurora': join(root, 'engine/cli/aurora.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'engine/chunks/[name]-[hash].js',
        },
      },
    },
  });
  chmodSync(join(outFolder, 'cli/aurora.js'), 0o755);
}
