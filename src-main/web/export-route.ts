import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { PageExport } from '../services/page-export.ts';

/** Streams an export as a download: what the browser does not take yet is not read yet. */
export async function answerExport(run: PageExport, response: ServerResponse): Promise<void> {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', run.contentType);
  response.setHeader(
    'Content-Disposition',
    `attachment; filename*=UTF-8''${encodeName(run.fileName)}`,
  );
  const gone = new AbortController();
  response.on('close', () => {
    // The browser gave up, or the person did there.
    run.cancel();
    gone.abort();
  });
  try {
    await run.run(async (bytes) => {
      if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal });
    });
    response.end();
  } catch {
    // The state of the export tells the page why; the browser sees a download that failed.
    response.destroy();
  }
}

/** As RFC 5987 wants it. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
