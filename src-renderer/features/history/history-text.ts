import type { HistoryEntry } from '#contract';

const outcomeWords: Readonly<Record<HistoryEntry['outcome'], string>> = {
  running: 'running',
  done: 'done',
  stopped: 'not read to its end',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

/** How a run ended, in words. */
export function outcomeText({ outcome }: HistoryEntry): string {
  return outcomeWords[outcome];
}

/** What a run cost: `12 ms · 48 rows`; only the outcome when it gave nothing. */
export function factsText(entry: HistoryEntry): string {
  if (entry.outcome === 'running' || entry.outcome === 'interrupted') return outcomeText(entry);
  const { elapsedMs, rowCount } = entry;
  const time =
    elapsedMs < 1
      ? '< 1 ms'
      : elapsedMs < 1000
        ? `${Math.round(elapsedMs)} ms`
        : seconds(elapsedMs);
  if (entry.outcome === 'failed') return `failed · ${time}`;
  const rows = `${rowCount.toLocaleString('en-US')} row${rowCount === 1 ? '' : 's'}`;
  const end = entry.outcome === 'done' ? '' : ` · ${outcomeText(entry)}`;
  return `${time} · ${rows}${end}`;
}

/** The lines of a text that say something, as one. */
export function gistOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join(' ')
    .slice(0, 300);
}

/** `Today`, `Yesterday`, or the date. */
export function dayText(at: number, now: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return 'Today';
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === yesterday.toDateString()) return 'Yesterday';
  return new Date(at).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

export function timeText(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
