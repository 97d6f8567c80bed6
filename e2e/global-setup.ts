import { prepareSample } from './sample-data.ts';

// biome-ignore lint/style/noDefaultExport: Playwright calls the default export, and what it gives after the last test.
export default prepareSample;
