import { expect, it } from 'vitest';
import { cronWords } from './cron-words.ts';

it('says in plain words when a schedule runs', () => {
  const words = [
    '* * * * *',
    '*/15 * * * *',
    '0 * * * *',
    '30 */2 * * *',
    '0 9 * * 1-5',
    '5 4 * * 0',
    '0 8,20 * * *',
    '*/10 9-17 * * MON,FRI',
    '0 3 1,15 * *',
    '0 0 1 1 *',
    '*/30 * * * * *',
    '0 0 L * *',
  ].map(cronWords);
  expect(words).toEqual([
    'Every minute',
    'Every 15 minutes',
    'Every hour',
    'Every 2 hours at 30 minutes past',
    'At 09:00, Monday to Friday',
    'At 04:05, on Sunday',
    'At 08:00 and 20:00',
    'Every 10 minutes from 09:00 to 17:59, on Monday and Friday',
    'At 03:00, on day 1 and 15 of the month',
    'At 00:00, on day 1 of the month, in January',
    'Every 30 seconds',
    'At 00:00, on the last day of the month',
  ]);
});

it('says field by field what has no short form', () => {
  const words = [
    '*/7 3-5,9 1,15 jan-mar mon#1',
    '0,30 8-18 * * 1-5',
    '15 1,2,3 * * *',
    '5 9-17 * * MON-FRI',
    '1-5 * * * *',
    '0 9 1 * 1',
    '0 9 * * 5L',
    '@weekly',
  ].map(cronWords);
  expect(words).toEqual([
    'Every 7 minutes in hours 3 to 5 and 9, on day 1 and 15 of the month or on the first Monday of the month, in January to March',
    'At 0 and 30 minutes past hours 8 to 18, Monday to Friday',
    'At 01:15, 02:15 and 03:15',
    'Every hour from 09:05 to 17:05, on Monday to Friday',
    'At 1 to 5 minutes past every hour',
    'At 09:00, on day 1 of the month or on Monday',
    'At 09:00, on the last Friday of the month',
    'At 00:00, on Sunday',
  ]);
});

it('gives as it stands what it has no words for', () => {
  for (const cron of ['0 9 */2 * *', '0 9 * 13 *', '0 9 * * x', '5/10 * * * *', 'nonsense', '']) {
    expect(cronWords(cron)).toBe(cron);
  }
});
