import { registerHooks } from 'node:module';

/*
 * `node --import ./e2e/stand-in/register.ts out/main/index.js` runs the built main process, unmodified, with every
 * import of `electron` answered by the stand-in.
 */
const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === 'electron' || specifier === 'electron/main') {
      return { url: standIn, format: 'module-typescript', shortCircuit: true };
    }
    return nextResolve(specifier, context);
  },
});
