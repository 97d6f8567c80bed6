/*
 * The reference of the server's routes as a page: it reads `/openapi.json` with the token that a person gives it, and
 * needs nothing from elsewhere. Its only script and style are named by their digests in its policy, so that nothing
 * else can run in it; what the document says is put in as text, never as HTML.
 */
import { createHash } from 'node:crypto';
import { referenceScript } from './reference-script.ts';

const style = `
:root { color-scheme: light dark; --line: light-dark(#d5d8de, #3a3f4a); --soft: light-dark(#f3f4f6, #22252b); --quiet: light-dark(#565d6b, #a2a9b6);
  --strong: light-dark(#0b57c2, #7db3ff) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 24px; max-width: 900px; font: 15px/1.5 system-ui, sans-serif; background: light-dark(#fff, #17191d); color: light-dark(#1b1e24, #e6e8ec) }
h1 { font-size: 24px; margin: 0 } h2 { font-size: 18px; margin: 32px 0 8px }
p { margin: 4px 0 12px; color: var(--quiet) }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 16px 0 }
input, button { font: inherit; padding: 6px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); color: inherit }
input { flex: 1 1 200px; min-width: 0 }
button { cursor: pointer }
:focus-visible { outline: 2px solid var(--strong); outline-offset: 1px }
details { border: 1px solid var(--line); border-radius: 6px; margin: 6px 0 }
summary { padding: 8px 12px; cursor: pointer; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline }
summary span { color: var(--quiet) }
details > div { padding: 0 12px 12px; border-top: 1px solid var(--line) }
h3 { font-size: 13px; margin: 12px 0 4px; color: var(--quiet); font-weight: 600 }
code, pre { font: 13px/1.5 ui-monospace, monospace } b { font: 600 13px/1.5 ui-monospace, monospace; min-width: 56px; color: var(--strong) }
pre { margin: 0; padding: 10px; border-radius: 6px; background: var(--soft); overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse } td { padding: 4px 12px 4px 0; vertical-align: top; border-top: 1px solid var(--line) }
td:first-child { white-space: nowrap } [role=alert] { color: light-dark(#b3261e, #ff9d94) }
`;

const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aurora: reference of the server</title><style>${style}</style></head>
<body>
<h1>Aurora</h1><p id="description">Routes of this server, from its schema as it is now.</p>
<form id="ask"><label for="token">Token</label><input id="token" type="password" autocomplete="off" spellcheck="false">
<button>Show</button></form>
<div id="failure" role="alert"></div><main id="routes"></main>
<script>${referenceScript}</script>
</body></html>
`;

export interface ReferencePage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

export function createReferencePage(): ReferencePage {
  const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const contentSecurityPolicy = [
    "default-src 'none'",
    "connect-src 'self'",
    `script-src ${digest(referenceScript)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, contentSecurityPolicy };
}
