import { type DailySync, dailySync } from '../app/accounts/daily-sync.ts';
import type { ChosenEngine } from '../app/engine-choice.ts';
import { ingest } from '../app/ingest.ts';
import type { DeliveryReport, IngestReport, RefusedDelivery } from '../app/ingest-report.ts';
import type { SimulatedEvents } from '../app/simulate-events.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { ExportLocation, FunctionSettings } from './function-settings.ts';
import type { Invocation } from './invocation.ts';
import { tellRefusals } from './refusals.ts';

/** What the ingest function answers where nothing was refused. */
export interface PollAnswer {
  readonly status: 'fine';
  readonly lake_version: number;
  readonly loaded: readonly LoadedAnswer[];
  /** How many deliveries were found that the lake has already. */
  readonly unchanged: number;
  /** Deliveries that are still being written, or older than what the lake has: looked at again next time. */
  readonly waiting: readonly WaitingAnswer[];
  /** Locations with no export yet. */
  readonly nothing_at: readonly string[];
  /** What became of the daily look at AWS Organizations; null with SINGLE_ACCOUNT_MODE. */
  readonly accounts: DailySync | null;
  readonly simulated: SimulatedEvents | null;
  /** What was asked of Athena, and what it costs; a location each, where it was asked at all. */
  readonly queries: readonly NonNullable<IngestReport['queries']>[];
}

interface LoadedAnswer {
  readonly source: string;
  readonly billing_periods: readonly string[];
  readonly lines: number;
  readonly files: readonly string[];
  /** What read them, and why; null for files that one engine alone reads. */
  readonly engine: ChosenEngine | null;
}

interface WaitingAnswer {
  readonly code: string;
  readonly what: string;
  readonly file: string | undefined;
}

/** What is no refusal: the delivery comes by itself, or has come by another way. */
const PASSED_OVER = new Set(['DELIVERY_NOT_READY', 'DELIVERY_OLDER']);

/**
 * Polls exports and brings in what is new, one commit a delivery. A refusal does not hold up the others; it is told, and
 * thrown when all have been looked at.
 */
export async function polled(settings: FunctionSettings, invocation: Invocation): Promise<PollAnswer> {
  const { metrics, settings: general } = invocation;
  const reports: IngestReport[] = [];
  const nothingAt: string[] = [];
  let accounts: DailySync | null = null;
  if (settings.exportLocations.length > 0) {
    const doors = await invocation.ingestDoors();
    await invocation.turn(doors.store, 'ingest', async (store) => {
      for (const location of settings.exportLocations) {
        const report = await atLocation(location, (request) => ingest({ ...doors, store }, request));
        if (report === undefined) nothingAt.push(location.uri);
        else reports.push(report);
      }
      if (!general.singleAccountMode)
        accounts = await dailySync({ ...doors, store }, invocation.organization);
    });
  }
  const loaded = reports.flatMap(({ deliveries }) => deliveries).filter(isLoaded);
  metrics.add('LinesLoaded', sumOf(loaded.map(linesOf)));
  metrics.add('AthenaBytesScanned', sumOf(reports.map(({ queries }) => queries?.scannedBytes ?? 0)));
  const refused = reports.flatMap((report) => report.refused);
  await tellRefusals(refused.filter(isReal), invocation);
  return {
    status: 'fine',
    lake_version: Math.max(0, ...reports.map(({ lakeVersion }) => lakeVersion)),
    loaded: loaded.map((delivery) => ({
      source: delivery.source,
      billing_periods: delivery.periods.map(({ billingPeriod }) => billingPeriod),
      lines: linesOf(delivery),
      files: delivery.files,
      engine: delivery.engine ?? null,
    })),
    unchanged: reports.flatMap(({ deliveries }) => deliveries).filter((one) => !isLoaded(one)).length,
    waiting: refused.filter((one) => !isReal(one)).map(waitingOf),
    nothing_at: nothingAt,
    accounts,
    queries: reports.flatMap(({ queries }) => queries ?? []),
    simulated: settings.simulateEvents ? await simulated(settings, invocation) : null,
  };
}

type Ask = Parameters<typeof ingest>[1];

/** What lies at a location; undefined where there is nothing yet. */
async function atLocation(
  { uri, source }: ExportLocation,
  ask: (request: Ask) => Promise<IngestReport>,
): Promise<IngestReport | undefined> {
  try {
    return await ask({ paths: [uri], source, format: 'auto', allow: { shrink: false }, maxRejects: 0 });
  } catch (error) {
    const isEmpty = error instanceof UserError && error.code === 'FILE_NOT_FOUND' && error.place.file === uri;
    if (isEmpty) return undefined;
    throw error;
  }
}

async function simulated({ inbox }: FunctionSettings, invocation: Invocation): Promise<SimulatedEvents> {
  if (inbox === undefined)
    throw new UserError('SETTING_INVALID', {
      what: 'SIMULATE_EVENTS is on, and ARCHIVE_BUCKET names no bucket to put events into',
      remedy: 'Set ARCHIVE_BUCKET to the bucket of the lake, or SIMULATE_EVENTS=false.',
    });
  const { simulateEvents } = await import('../app/simulate-events.ts');
  const { engine, scratch, store, clock, log, progress } = invocation;
  const tools = { engine, scratch, clock, progress, store: await store(), inbox: await store(inbox) };
  const written = await simulateEvents(tools);
  log.info('events.simulated', { files: written.files.length, events: written.events });
  return written;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const isLoaded = ({ outcome }: DeliveryReport): boolean => outcome === 'loaded';
const isReal = ({ error }: RefusedDelivery): boolean => !PASSED_OVER.has(error.code);
export const linesOf = ({ periods }: DeliveryReport): number =>
  sumOf(periods.map(({ lines }) => lines.loaded));

const waitingOf = ({ error, files }: RefusedDelivery): WaitingAnswer => ({
  code: error.code,
  what: error.what,
  file: error.place.file ?? files[0],
});
