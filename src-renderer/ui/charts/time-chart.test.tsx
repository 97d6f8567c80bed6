// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Curve } from './chart-curves.ts';
import { TimeChart, type TimeChartProps } from './time-chart.tsx';
import { useHeld } from './use-held.ts';

const begin = new Date(2026, 10, 29, 17, 37, 0).getTime();

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(480);
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function curve(name: string, values: Curve['values'], rest: Partial<Curve> = {}): Curve {
  return { name, tone: 'accent', stroke: 'solid', values, ...rest };
}

function chart(curves: readonly Curve[], rest: Partial<TimeChartProps> = {}) {
  const length = curves[0]?.values.length ?? 0;
  const moments = Array.from({ length }, (_, place) => begin + place * 5_000);
  return (
    <TimeChart
      title="Reads"
      series={{ moments, stepMs: 5_000, curves }}
      form="lines"
      measure="count"
      textOf={String}
      told="Reads, the last: 4"
      emptyText="Nothing was read"
      {...rest}
    />
  );
}

const drawn = () => screen.findByText('17:37:00');
const marks = (container: HTMLElement, selector: string) => [
  ...container.querySelectorAll(selector),
];

it('keeps its place and its words while the drawing is on the way', async () => {
  render(chart([curve('all', [1, 2])]));
  const before = screen.getByRole('img', { name: 'Reads, the last: 4' });
  expect(before.className).toBe('chart-plot');
  await drawn();
  const after = screen.getByRole('img', { name: 'Reads, the last: 4' });
  expect(after.closest('.chart-plot')).not.toBeNull();
});

it('breaks a line where nothing was measured, and shows a value alone as a dot', async () => {
  const { container } = render(chart([curve('all', [1, 2, null, 3, null, 2, 4])]));
  await drawn();
  const line = marks(container, '.recharts-line-curve')[0]?.getAttribute('d') ?? '';
  expect({
    pieces: line.match(/M/g)?.length,
    dots: marks(container, '.chart-lone').length,
  }).toEqual({ pieces: 3, dots: 1 });
});

it('stands failed upon completed, and says where there is nothing', async () => {
  const bars = (completed: Curve['values'], failed: Curve['values']) =>
    chart([curve('completed', completed), curve('failed', failed, { tone: 'danger' })], {
      form: 'bars',
    });
  const { container, rerender } = render(bars([2, 0], [1, 0]));
  await drawn();
  expect(marks(container, '.recharts-bar-rectangle path').length).toBeGreaterThan(1);
  expect(screen.queryByText('Nothing was read')).toBeNull();
  rerender(bars([0, 0], [0, 0]));
  expect(screen.getByText('Nothing was read')).toBeDefined();
});

it('tells all values of a moment to the keyboard, those of thin curves too', async () => {
  render(
    chart([
      curve('half', [1, 2, 3]),
      curve('95 %', [4, null, 6], { isThin: true, stroke: 'dotted' }),
    ]),
  );
  await drawn();
  expect(screen.queryByText('95 %')).toBeNull();
  const plot = screen.getByRole('img');
  fireEvent.focus(plot);
  expect((await screen.findByRole('status')).textContent).toBe('17:37:00half195 %4');
  fireEvent.keyDown(plot, { key: 'ArrowRight' });
  await vi.waitFor(() => expect(screen.getByRole('status').textContent).toBe('17:37:05half295 %—'));
});

it('tells the last values in its keys where it is asked to', async () => {
  render(chart([curve('reads', [1, 9]), curve('writes', [2, null])], { hasLastValues: true }));
  await drawn();
  const keys = within(screen.getByRole('figure', { name: 'Reads' }));
  expect([keys.getByText('reads').textContent, keys.getByText('writes').textContent]).toEqual([
    'reads9',
    'writes—',
  ]);
});

function HeldChart({ value, chosen }: { readonly value: number; readonly chosen: string }) {
  const { value: held, isBehind, handlers } = useHeld(value, chosen);
  return (
    <section aria-label="charts" {...handlers}>
      {chart([curve('all', [held, held])], { isBehind, hasLastValues: true })}
    </section>
  );
}

it('does not move under the pointer, and shows what is newer when it has left', async () => {
  const { container, rerender } = render(<HeldChart value={1} chosen="minutes" />);
  await drawn();
  const shown = () => screen.getByText('all').textContent;
  const plot = screen.getByRole('img');
  const charts = screen.getByRole('region', { name: 'charts' });
  rerender(<HeldChart value={2} chosen="minutes" />);
  expect(shown()).toBe('all2');
  const frame = container.querySelector('.chart-frame');
  if (frame === null) throw new Error('There is no frame.');
  fireEvent.pointerEnter(frame);
  fireEvent.pointerMove(plot);
  rerender(<HeldChart value={3} chosen="minutes" />);
  expect([shown(), screen.queryByText('held while you look') === null]).toEqual(['all2', false]);
  // Another choice is shown at once.
  rerender(<HeldChart value={30} chosen="hours" />);
  expect(shown()).toBe('all30');
  rerender(<HeldChart value={4} chosen="minutes" />);
  fireEvent.pointerLeave(charts);
  expect(shown()).toBe('all4');
  expect(screen.getByRole('img')).toBe(plot);
});
