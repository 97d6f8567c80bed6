import { WireError } from '#contract';
import { serviceLimits } from './limits.ts';

/*
 * Names of saved queries come from a page and become names of files, so they are held to what is a plain name on every
 * system: no way out of the folder, nothing hidden, nothing that Windows reads as something else.
 */

const extension = '.aql';
const segmentLengthMax = 120;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const forbidden = /[\x00-\x1f\x7f\\:*?"<>|]/;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The parts of a saved query's path.
 * @throws WireError `InvalidParams` that says what is wrong with the name.
 */
export function savedQuerySegments(path: string): readonly string[] {
  const segments = path.split('/');
  const finding = segments.map(segmentFinding).find((found) => found !== undefined);
  if (finding !== undefined) throw wrongName(path, finding);
  if (!path.endsWith(extension) || segments.at(-1) === extension) {
    throw wrongName(path, `a saved query ends with ${extension}`);
  }
  if (segments.length > serviceLimits.savedDepthMax) {
    throw wrongName(path, `folders go ${serviceLimits.savedDepthMax} deep`);
  }
  return segments;
}

/** True for names that the list shows: those that could have been saved from here. */
export function isSavedQueryName(name: string): boolean {
  return segmentFinding(name) === undefined;
}

export function hasQueryExtension(name: string): boolean {
  return name.endsWith(extension) && name !== extension;
}

function segmentFinding(segment: string): string | undefined {
  if (segment === '') return 'a name is missing';
  if (segment.length > segmentLengthMax) return `a name has ${segmentLengthMax} characters at most`;
  if (segment.startsWith('.')) return 'a name does not begin with a dot';
  if (segment.endsWith(' ') || segment.endsWith('.') || segment.startsWith(' ')) {
    return 'a name does not begin or end with a space, or end with a dot';
  }
  if (forbidden.test(segment)) return 'a name holds none of \\ : * ? " < > |';
  if (reservedOnWindows.test(segment)) return `"${segment}" is no file name on Windows`;
  return undefined;
}

function wrongName(path: string, finding: string): WireError {
  return new WireError({
    code: 'InvalidParams',
    message: `"${path}" cannot be the name of a saved query: ${finding}.`,
    hint: 'Choose another name.',
    details: { path },
  });
}
