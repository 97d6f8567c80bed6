import { jobStates, type WireValue } from '#contract';

/** What of the jobs is looked at. */
export interface ChosenJobs {
  readonly text: string;
  readonly state: (typeof jobStates)[number] | undefined;
  readonly type: string | undefined;
  readonly queue: string | undefined;
  readonly error: string | undefined;
}

export const nothingChosen: ChosenJobs = {
  text: '',
  state: undefined,
  type: undefined,
  queue: undefined,
  error: undefined,
};

/** A choice of jobs, under a name. */
export interface JobView {
  readonly name: string;
  readonly chosen: ChosenJobs;
}

export function encodeJobViews(views: readonly JobView[]): WireValue {
  return views.map(({ name, chosen }) => ({
    name,
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
  }));
}

/** Reads saved views; what is not of their form is left out. */
export function decodeJobViews(value: WireValue | undefined): readonly JobView[] {
  const items: readonly WireValue[] = Array.isArray(value) ? value : [];
  return items.flatMap((item): readonly JobView[] => {
    if (typeof item !== 'object' || item === null || !('name' in item)) return [];
    const { name, text, state, type, queue, error } = item;
    if (typeof name !== 'string') return [];
    const textOf = (each: WireValue | undefined) => (typeof each === 'string' ? each : undefined);
    const chosen = {
      text: textOf(text) ?? '',
      state: jobStates.find((each) => each === state),
      type: textOf(type),
      queue: textOf(queue),
      error: textOf(error),
    };
    return [{ name, chosen }];
  });
}

/** A choice in words: what the chips and the search field would say. */
export function chosenText({ text, state, type, queue, error }: ChosenJobs): string {
  const parts = [
    state && `state: ${state}`,
    type && `type: ${type}`,
    queue && `queue: ${queue}`,
    error && 'one kind of error',
    text,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

export function isSameChoice(left: ChosenJobs, right: ChosenJobs): boolean {
  return encodeText(left) === encodeText(right);
}

function encodeText({ text, state, type, queue, error }: ChosenJobs): string {
  return JSON.stringify([text, state ?? '', type ?? '', queue ?? '', error ?? '']);
}
