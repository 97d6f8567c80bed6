// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { WireError } from '#contract';
import { ReadingState } from './reading-state.tsx';

afterEach(cleanup);

const span = { start: 0, end: 1 };
const ofFilter = new WireError({
  ...{ code: 'UnknownField', message: '"films" has no field "yaer".' },
  diagnostics: [{ code: 'UnknownField', severity: 'error', span, message: 'No.' }],
});
const ofHost = new WireError({ code: 'Disconnected', message: 'The host is gone.' });

function shown(error: unknown, { isReading = false, isDraft = false } = {}) {
  render(<ReadingState {...{ error, isReading, isDraft }} onRetry={() => undefined} />);
  const found = [screen.queryByRole('progressbar'), screen.queryByRole('alert')];
  const [bar, note] = found.map((each) => each !== null);
  cleanup();
  return { bar, note };
}

it('a bar runs while it is not known how many documents there are', () => {
  // A first filter that took long showed an empty grid.
  expect(shown(undefined, { isReading: true })).toEqual({ bar: true, note: false });
  expect(shown(undefined)).toEqual({ bar: false, note: false });
});

it('what is wrong with the applied filter is not shown beside another one', () => {
  expect(shown(ofFilter)).toEqual({ bar: false, note: true });
  expect(shown(ofFilter, { isDraft: true })).toEqual({ bar: false, note: false });
  expect(shown(ofHost, { isDraft: true })).toEqual({ bar: false, note: true });
});
