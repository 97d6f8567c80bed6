import { fileURLToPath } from 'node:url';
import { runWebHost } from './run-web-host.ts';

/*
 * The entry of the browser host. It is built to out/main/web-host.js, and the page to out/renderer; the files of the
 * package are found from there.
 */

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

process.exitCode = await runWebHost(process.argv.slice(2), {
  bundleFolder: here('../renderer/'),
  sampleFolder: here('../../resources/sample/'),
  packageFile: here('../../package.json'),
});
