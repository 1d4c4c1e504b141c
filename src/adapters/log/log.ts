import { createRequire } from 'node:module';
import type pinoModule from 'pino';
import type { Log } from '../../ports/clock.ts';

export interface LogOptions {
  readonly level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';
  readonly format: 'text' | 'json';
  /** Stands in every line, so that the lines of one run can be found again. */
  readonly run: string;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

const PINO_LEVEL = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
} as const;

/** Structured log lines by pino, which is loaded at the first line: a command that logs nothing does not pay for it. */
export function pinoLog(options: LogOptions): Log {
  let logger: pinoModule.Logger | undefined;
  const open = (): pinoModule.Logger => {
    logger ??= openPino(options);
    return logger;
  };
  const { level } = options;
  return {
    info: (event, facts) =>
      level === 'INFO' || level === 'DEBUG' ? open().info({ event, ...facts }) : undefined,
    warn: (event, facts) =>
      level === 'ERROR' || level === 'CRITICAL' ? undefined : open().warn({ event, ...facts }),
    error: (event, facts) => open().error({ event, ...facts }),
  };
}

function openPino({ level, format, run, now, write }: LogOptions): pinoModule.Logger {
  const pino: typeof pinoModule = createRequire(import.meta.url)('pino');
  return pino(
    {
      level: PINO_LEVEL[level],
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      mixin: () => ({ run }),
    },
    { write: format === 'json' ? write : (line) => write(`${asText(JSON.parse(line))}\n`) },
  );
}

/** `07:00:04 info  load.committed  lakeVersion=412 lines=48211  run=r-7f3a` */
function asText({ level, time, event, run, ...facts }: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(facts).map(([name, value]) => `${name}=${plain(value)}`);
  return [
    `${String(time).slice(11, 19)} ${String(level).padEnd(5)}`,
    event,
    pairs.join(' '),
    `run=${plain(run)}`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

const plain = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : (JSON.stringify(value) ?? '-');
