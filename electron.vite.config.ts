import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;

/*
 * One build makes both hosts and the one page that they serve. Dependencies of the Node side stay outside the bundle
 * (lmdb finds its native part beside itself); our own engine, services and contract are bundled through the subpath
 * imports of package.json.
 */
export default defineConfig({
  main: {
    build: {
      outDir: resolve(root, 'out/main'),
      target: 'node20',
      sourcemap: true,
      rollupOptions: {
        input: {
          index: resolve(root, 'src-main/electron/main.ts'),
          'web-host': resolve(root, 'src-main/web/main.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: resolve(root, 'out/preload'),
      externalizeDeps: false, // A sandboxed preload can require nothing of ours: it is one CommonJS file.
      rollupOptions: {
        input: { preload: resolve(root, 'src-main/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src-renderer'),
    base: './', // The same files are served from aurora://app/ and from the web host's root.
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: resolve(root, 'out/renderer'),
      emptyOutDir: true,
      minify: true, // electron-vite leaves the renderer unminified.
      target: 'chrome138',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4_000, // Monaco is one lazily loaded chunk of about this size, in KB.
      rollupOptions: { input: { index: resolve(root, 'src-renderer/index.html') } },
    },
  },
});
