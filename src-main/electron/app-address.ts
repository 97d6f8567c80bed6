/** The scheme under which the desktop application serves its own page, and nothing else. */
export const appScheme = 'aurora';

/** The origin of the page; what a frame must have to be given a port. */
export const appOrigin = `${appScheme}://app`;
