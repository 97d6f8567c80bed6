/* What is wrong between migration files and a database, and what to do about it. */
import { driftLines, type MigrationStatus } from '#engine';
import type { WrittenVersion } from './migration-folder.ts';

type State = MigrationStatus['versions'][number];

const advice = {
  drifted: 'Put its text back as it was, and write what is to change into a version of its own.',
  late: 'Give its file a name that comes after those of the versions that are applied.',
  missing: 'Put its file back, or undo it with "aurora migrate down" while it is the last one.',
  empty: 'Write its steps, or take it away: once applied it could not get any.',
} as const;

/** A text for each, of several lines, without the last line break. `up` does nothing while there are any. */
export function complaints(
  { versions, missing }: MigrationStatus,
  written: readonly WrittenVersion[],
): readonly string[] {
  const said = (what: string, lines: readonly string[], hint: string) =>
    [what, ...lines.map((line) => `  ${line}`), `  hint: ${hint}`].join('\n');
  return [
    ...versions.flatMap((state) => {
      const { version } = state;
      const file = written.find((each) => each.version === version);
      const name = file === undefined ? version : `${file.place}: ${version}`;
      if (state.state === 'drifted') {
        const what = `${name} is not what was applied under its name`;
        return [said(what, driftOf(state), advice.drifted)];
      }
      if (state.state !== 'pending') return [];
      return [
        ...(state.isOutOfOrder
          ? [
              said(
                `${name} is pending, and stands before a version that is applied`,
                [],
                advice.late,
              ),
            ]
          : []),
        ...(file?.isEmpty === true ? [said(`${name} has no steps`, [], advice.empty)] : []),
      ];
    }),
    ...missing.map((version) =>
      said(`${version} is applied, and no file has it`, [], advice.missing),
    ),
  ];
}

/** How each version stands, with what is wrong under it. */
export function stateLines(
  { versions, missing }: MigrationStatus,
  written: readonly WrittenVersion[],
): readonly string[] {
  const under = (lines: readonly string[]) => lines.map((line) => `           ${line}`);
  return [
    ...versions.flatMap((state) => {
      const { version, failure } = state;
      const file = written.find((each) => each.version === version);
      const place = file === undefined ? '' : `${file.place}: `;
      const word = failure !== undefined ? 'failed' : state.isOutOfOrder ? 'late' : state.state;
      const isEmpty = state.state === 'pending' && file?.isEmpty === true;
      return [
        `${word.padEnd(8)} ${version}`,
        ...under([
          ...(state.state === 'drifted' ? [...driftOf(state), place + advice.drifted] : []),
          ...(failure === undefined ? [] : [`${failure.at} by ${failure.by}: ${failure.message}`]),
          ...(state.isOutOfOrder
            ? [`${place}It stands before a version that is applied. ${advice.late}`]
            : []),
          ...(isEmpty ? [`${place}It has no steps. ${advice.empty}`] : []),
        ]),
      ];
    }),
    ...missing.flatMap((version) => [`missing  ${version}`, ...under([advice.missing])]),
  ];
}

function driftOf({ meaning, recordedMeaning = '' }: State): readonly string[] {
  return driftLines({ recordedMeaning, meaning });
}
