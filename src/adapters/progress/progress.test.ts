import { describe, expect, it } from 'vitest';
import { barLine, progressOn } from './progress.ts';

/** A screen that keeps what was written, and a clock that the test moves. */
function desk(isTTY: boolean) {
  const written: string[] = [];
  const time = { ms: 0 };
  const screen = { isTTY, columns: 100, write: (text: string) => written.push(text) };
  return { written, time, progress: progressOn(screen, () => time.ms) };
}

describe('progress on a terminal', () => {
  it('draws share, count, speed and the time left', () => {
    const line = barLine({
      label: 'ingest',
      done: 6_400_000,
      total: 10_000_000,
      note: '3 rejected',
      elapsedMs: 16_000,
    });
    expect(line).toBe(
      'ingest  ██████████████░░░░░░░░  64 %   6.4 M of 10.0 M   400.0 k/s   about 9 s left   3 rejected',
    );
  });

  it('redraws at most once in 80 ms, and always the end', () => {
    const { written, time, progress } = desk(true);
    for (const done of [1, 2, 3]) progress.step('load', done, 10);
    time.ms = 90;
    progress.step('load', 4, 10);
    progress.step('load', 10, 10);
    progress.end();
    expect(written.map((text) => /(\d+) %/.exec(text)?.[1])).toEqual(['10', '40', '100', undefined]);
  });
});

describe('progress in a pipe', () => {
  it('writes one plain line a step, without control characters', () => {
    const { written, time, progress } = desk(false);
    progress.step('simulate', 0, 400);
    time.ms = 1500;
    progress.step('simulate', 400, 400);
    progress.step('archive', 0, 0, '400 days');
    progress.end();
    expect(written).toEqual(['simulate  400  1.5 s\n', 'archive  0.0 s  400 days\n']);
  });
});
