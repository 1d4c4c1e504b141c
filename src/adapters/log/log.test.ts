import { describe, expect, it } from 'vitest';
import { type LogOptions, pinoLog } from './log.ts';

function logged(options: Partial<LogOptions>): { lines: string[]; log: ReturnType<typeof pinoLog> } {
  const lines: string[] = [];
  const now = () => Date.parse('2025-09-15T07:00:04.112Z');
  return {
    lines,
    log: pinoLog({
      level: 'INFO',
      format: 'json',
      run: 'r-7f3a',
      now,
      write: (line) => lines.push(line),
      ...options,
    }),
  };
}

describe('log', () => {
  it('writes one JSON object a line, with event, time, level and the id of the run', () => {
    const { lines, log } = logged({});
    log.info('load.committed', { lakeVersion: 412 });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'info',
        time: '2025-09-15T07:00:04.112Z',
        event: 'load.committed',
        run: 'r-7f3a',
        lakeVersion: 412,
      },
    ]);
  });

  it('writes text that a person reads', () => {
    const { lines, log } = logged({ format: 'text' });
    log.warn('source.late', { source: 'focus-main', hours: 51, why: 'no delivery' });
    expect(lines).toEqual([
      '07:00:04 warn   source.late  source=focus-main hours=51 why="no delivery"  run=r-7f3a\n',
    ]);
  });

  it.each([
    ['DEBUG', 3],
    ['INFO', 3],
    ['WARNING', 2],
    ['ERROR', 1],
    ['CRITICAL', 0],
  ] as const)('at %s says %i of info, warning and error', (level, count) => {
    const { lines, log } = logged({ level });
    log.info('a');
    log.warn('b');
    log.error('c');
    expect(lines).toHaveLength(count);
  });
});
