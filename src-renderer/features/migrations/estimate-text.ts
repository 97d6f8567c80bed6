import type { MigrationEstimateInfo } from '#contract';
import { bytesText, durationText } from '../health/health-text.ts';

type Cost = Pick<MigrationEstimateInfo, 'elapsedMs' | 'growthBytes'>;

/** `about 12 ms, +1.4 MB` */
export function costText({ elapsedMs, growthBytes }: Cost): string {
  return `about ${durationText(elapsedMs)}, ${growthText(growthBytes)}`;
}

/** What all pending versions together would cost. */
export function estimateText(estimate: MigrationEstimateInfo): string {
  const { elapsedMs, documentsPerSecond, bytesWritten, growthBytes } = estimate;
  const speed = Math.round(documentsPerSecond ?? 0).toLocaleString('en-US');
  return `Estimated by a sample: about ${durationText(elapsedMs)} at ${speed} documents a second; ${bytesText(Math.round(bytesWritten))} are written, and the file holds ${growthText(growthBytes)} in the end.`;
}

function growthText(growthBytes: number): string {
  const bytes = bytesText(Math.round(Math.abs(growthBytes)));
  return growthBytes < 0 ? `−${bytes}` : `+${bytes}`;
}
