import type { Progress } from '../../ports/clock.ts';

/** The part of a writable stream that progress needs. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CELLS = 22;
const REDRAW_MS = 80;

/** A bar that redraws itself on a terminal, one line a finished step elsewhere. */
export const progressOn = (screen: Screen, now: () => number): Progress =>
  screen.isTTY === true ? bar(screen, now) : lines(screen, now);

/** `ingest  ██████░░░░  64 %   6.4 of 10.0 M   412 k/s   about 9 s left   note` */
function bar(screen: Screen, now: () => number): Progress {
  let label: string | undefined;
  let [begun, drawn] = [0, Number.NEGATIVE_INFINITY];
  return {
    step(name, done, total, note) {
      const moment = now();
      if (name !== label) {
        if (label !== undefined) screen.write('\n');
        [label, begun, drawn] = [name, moment, Number.NEGATIVE_INFINITY];
      }
      if (done < total && moment - drawn < REDRAW_MS) return;
      drawn = moment;
      const line = barLine({ label: name, done, total, note, elapsedMs: moment - begun });
      screen.write(`\r\u001b[K${line.slice(0, Math.max(20, (screen.columns || 80) - 1))}`);
    },
    end() {
      if (label !== undefined) screen.write('\n');
      label = undefined;
    },
  };
}

/** Says a step once when it begins to take long, and once when it is done: logs and pipes stay short. */
function lines(screen: Screen, now: () => number): Progress {
  let latest: Step | undefined;
  let [begun, told] = [0, 0];
  const tell = (): void => {
    if (latest !== undefined) screen.write(`${stepLine({ ...latest, elapsedMs: now() - begun })}\n`);
  };
  return {
    step(label, done, total, note) {
      const moment = now();
      if (latest?.label !== label) {
        tell();
        [begun, told] = [moment, moment];
      }
      latest = { label, done, total, note };
      if (moment - told < 10_000) return;
      told = moment;
      tell();
    },
    end() {
      tell();
      latest = undefined;
    },
  };
}

interface Step {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly note: string | undefined;
}

/** The bar's whole line; without a known total only the count. */
export function barLine(step: Step & { readonly elapsedMs: number }): string {
  const { label, done, total, elapsedMs } = step;
  if (total <= 0) return stepLine(step);
  const share = Math.min(1, done / total);
  const full = Math.floor(share * CELLS);
  const left = share > 0.02 && share < 1 && elapsedMs > 2000 ? (elapsedMs * (1 - share)) / share : undefined;
  return [
    `${label}  ${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    ofTotal(done, total),
    ...(elapsedMs > 1000 && done > 999 ? [`${short(done / (elapsedMs / 1000))}/s`] : []),
    ...(left === undefined ? [] : [`about ${Math.ceil(left / 1000)} s left`]),
    ...(step.note === undefined ? [] : [step.note]),
  ].join('   ');
}

function stepLine({ label, done, total, note, elapsedMs }: Step & { readonly elapsedMs: number }): string {
  const count = total > 0 ? ofTotal(done, total) : done > 0 ? short(done) : '';
  return [label, count, `${(elapsedMs / 1000).toFixed(1)} s`, note ?? '']
    .filter((part) => part !== '')
    .join('  ');
}

function ofTotal(done: number, total: number): string {
  return done === total ? short(total) : `${short(done)} of ${short(total)}`;
}

/** 950, 48.2 k, 6.4 M. */
function short(count: number): string {
  if (count < 10_000) return String(Math.round(count));
  return count < 1_000_000 ? `${(count / 1e3).toFixed(1)} k` : `${(count / 1e6).toFixed(1)} M`;
}
