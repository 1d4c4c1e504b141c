import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../ports/clock.ts';
import type { LogOptions } from './log.ts';

export interface PowertoolsLogOf {
  readonly level: LogOptions['level'];
  readonly service: string;
  /** Stands in every line, as in those of the command line. */
  readonly run: string;
  /** What Lambda hands to a handler: its request id stands in every line, too. */
  readonly context: Parameters<Logger['addContext']>[0];
}

/** What Powertools writes itself; a fact of ours must not take its place. */
const TAKEN = new Set(['level', 'message', 'sampling_rate', 'service', 'timestamp']);

/** Structured log lines of a Lambda function; the event stands as `message`, and as `event` as everywhere else. */
export function powertoolsLog({ level, service, run, context }: PowertoolsLogOf): Log {
  const logger = new Logger({
    serviceName: service,
    logLevel: level === 'WARNING' ? 'WARN' : level,
    persistentKeys: { run },
  });
  logger.addContext(context);
  const extra = (event: string, facts: Readonly<Record<string, unknown>> = {}) => ({
    event,
    ...Object.fromEntries(
      Object.entries(facts).map(([name, fact]) => [TAKEN.has(name) ? `${name}_` : name, fact]),
    ),
  });
  return {
    info: (event, facts) => logger.info(event, extra(event, facts)),
    warn: (event, facts) => logger.warn(event, extra(event, facts)),
    error: (event, facts) => logger.error(event, extra(event, facts)),
  };
}
