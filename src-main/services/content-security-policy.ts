/**
 * The policy both hosts send with the page: nothing but the bundle itself, no inline script, no eval, nothing remote.
 * Styles may be inline, because Monaco sets style elements and attributes and does not run without.
 * `connectSources` names where the page may connect to besides its own origin; the web host names its WebSocket, for
 * browsers whose 'self' does not cover the ws scheme.
 */
export function contentSecurityPolicy(connectSources: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    ['connect-src', "'self'", ...connectSources].join(' '),
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
