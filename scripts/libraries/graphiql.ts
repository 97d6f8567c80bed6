import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/**
 * Bundles the page that the server gives at /graphiql, so that it needs nothing from elsewhere: neither from another
 * host, nor of the packages that it is made of.
 */
export async function bundleGraphiql(root: string, outFolder: string): Promise<void> {
  await build({
    root: join(root, 'src-renderer/graphiql'),
    base: '/graphiql/',
    configFile: false,
    logLevel: 'warn',
    plugins: [react()],
    // React works only as one copy of itself.
    resolve: { dedupe: ['react', 'react-dom', 'graphql'] },
    build: {
      outDir: join(outFolder, 'graphiql'),
      emptyOutDir: true,
      minify: true,
      sourcemap: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
    },
  });
}
