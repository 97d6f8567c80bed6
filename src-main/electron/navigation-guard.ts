import { app, session } from 'electron';

/**
 * Keeps every page of the application, and every frame in it, on its own origin: it cannot navigate away, open windows, attach guests, or ask
 * for a camera. Reloading its own address stays possible.
 */
export function guardNavigation(origin: string): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-frame-navigate', (event) => {
      if (!isAt(origin, event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isAt(origin, event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Denies every permission a page can ask for, and every check whether it has one, but to write to the clipboard. */
export function denyPermissions(): void {
  const isAllowed = (permission: string) => permission === 'clipboard-sanitized-write';
  session.defaultSession.setPermissionRequestHandler((_, permission, decide) =>
    decide(isAllowed(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_, permission) => isAllowed(permission));
}

function isAt(origin: string, url: string): boolean {
  return url === origin || url.startsWith(`${origin}/`);
}
