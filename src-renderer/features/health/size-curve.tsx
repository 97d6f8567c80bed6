import { useMemo } from 'react';
import type { SizeSample } from '#contract';
import type { TimeSeries } from '../../ui/charts/chart-curves.ts';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { useHeld } from '../../ui/charts/use-held.ts';
import { bytesText, growthText } from './health-text.ts';

export interface SizeCurveProps {
  readonly sizes: readonly SizeSample[];
}

/** The size of the file, and how much of it is used, while the page was looked at. */
export function SizeCurve({ sizes }: SizeCurveProps) {
  const { value: held, isBehind, handlers } = useHeld(sizes, 'sizes');
  const series = useMemo(() => seriesOf(held), [held]);
  const growth = growthText(held);
  return (
    <div {...handlers}>
      <TimeChart
        title="Size of the file"
        series={series}
        form="lines"
        measure="bytes"
        textOf={bytesText}
        note={growth}
        told={`Size of the file: ${growth}`}
        emptyText="The curve begins with the first measurement"
        isBehind={isBehind}
      />
    </div>
  );
}

function seriesOf(sizes: readonly SizeSample[]): TimeSeries {
  return {
    stepMs: 0,
    moments: sizes.map(({ at }) => at),
    curves: [
      {
        ...{ name: 'size', tone: 'accent', stroke: 'solid' },
        values: sizes.map(({ sizeBytes }) => sizeBytes),
      },
      {
        ...{ name: 'in use', tone: 'info', stroke: 'dashed' },
        values: sizes.map(({ usedBytes }) => usedBytes),
      },
    ],
  };
}
