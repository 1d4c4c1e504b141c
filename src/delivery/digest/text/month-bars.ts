import { axisLabel, type ChartDay, niceStep } from '../../../core/chart/daily-chart.ts';
import { dayName, dayOfMonth } from '../../format/days.ts';
import type { Picture } from '../view/view.ts';
import { left, right } from './columns.ts';

const TICKS = 4;
const ROWS_A_TICK = 2;
const AXIS = 8;
const EIGHTHS = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The month as bars of block characters, two columns a day: billed █, arriving ▒, run-rate ░. */
export function monthBars({ chart: { days }, has, note }: Picture): string[] {
  const heights = days.map(height);
  const tick = niceStep(Math.max(...heights, 0) / TICKS, [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]);
  const step = tick / ROWS_A_TICK;
  const rows = Array.from({ length: TICKS * ROWS_A_TICK }, (_, index) => TICKS * ROWS_A_TICK - 1 - index);
  const body = rows.map((row) => {
    const bars = days.map((day, i) => left(cell(day, ((heights[i] ?? 0) - row * step) / step), 2)).join('');
    const isTick = (row + 1) % ROWS_A_TICK === 0;
    const label = isTick ? axisLabel(((row + 1) / ROWS_A_TICK) * tick, tick * TICKS) : '';
    return `${right(label, AXIS)} ${isTick ? '┤' : '│'}${bars}`.trimEnd();
  });
  return [
    ...body,
    `${right('0', AXIS)} └${'─'.repeat(2 * days.length)}`,
    weeks(days),
    '',
    [
      '█ billed',
      ...(has.arriving ? ['▒ arriving'] : []),
      ...(has.runRate ? ['░ run-rate'] : []),
      ...(note === undefined ? [] : [note]),
    ].join('   '),
  ];
}

const height = ({ state, usage, onChargeDate, runRate }: ChartDay): number =>
  state === 'ahead' ? (runRate ?? 0) : usage + onChargeDate;

/** What a bar shows in one row. `filled`: how much of the row it reaches, 1 is all of it. */
function cell({ state }: ChartDay, filled: number): string {
  if (state === 'complete' || state === 'settled')
    return EIGHTHS[Math.max(0, Math.min(8, Math.round(filled * 8)))] ?? '';
  return filled >= 0.5 ? (state === 'arriving' ? '▒' : '░') : '';
}

/** A label under the first day of each week of the month. */
function weeks(days: readonly ChartDay[]): string {
  const labels = days
    .filter((_, index) => index % 7 === 0)
    .map(({ date }, index) =>
      index === 0 ? dayName(date).split(' ').slice(0, 2).join(' ') : String(dayOfMonth(date)),
    );
  return `${' '.repeat(AXIS + 2)}${labels.map((label) => left(label, 14)).join('')}`.trimEnd();
}
