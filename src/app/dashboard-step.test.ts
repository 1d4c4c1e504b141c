import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mortal, NOW, type RunHome, type RunPlace, runHome, server } from '../../test/support/run-place.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import { mailKey } from '../lake/keys.ts';
import { lastRun } from '../lake/runs.ts';
import type { Dashboard, RefreshOf } from '../ports/dashboard.ts';
import type { FollowingTables, Partition } from '../ports/table-catalog.ts';
import { backfill } from './backfill.ts';
import { requestOf } from './backfill-event.ts';
import { dailyRun } from './daily-run.ts';

const [FROM, DAY] = [billingDate('2026-11-17'), billingDate('2026-11-18')];
const RUN_DATE = billingDate('2026-11-19');

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(() => home.close());

/** A dashboard of the test's, which notes what it is asked for. */
function board(refresh: (of: RefreshOf) => Promise<void> = async () => undefined) {
  const asked: RefreshOf[] = [];
  const dashboard: Dashboard = {
    async refresh(of) {
      asked.push(of);
      await refresh(of);
      return { id: of.name, rows: 4 };
    },
  };
  return { dashboard, asked };
}

/** A catalog of the test's that follows the lake, and may be down. */
function catalog(): FollowingTables & { isDown: boolean } {
  const held = new Map<string, Partition[]>();
  const of = (table: string): Partition[] => held.get(table) ?? [];
  const following = {
    isDown: false,
    csvArchiveAfterDays: 90,
    catalog: {
      database: 'finops_db',
      tables: async () => new Set(['ou_breakdown', 'ou_breakdown_csv']),
      partitions: async (table: string) => of(table),
      async add(table: string, partitions: readonly Partition[]) {
        if (following.isDown) throw new Error('Glue is down');
        held.set(table, [...of(table), ...partitions]);
      },
      async drop() {},
    },
  };
  return following;
}

const denied = async (): Promise<never> => {
  throw new UserError('DASHBOARD_NOT_REFRESHED', {
    what: 'The data set x was not refreshed: PERMISSION_DENIED',
    remedy: 'Let QuickSight read the bucket',
  });
};

async function mailed(at: RunPlace, key: string): Promise<string> {
  const { text, html } = await PostalMime.parse((await at.store.get(mailKey(RUN_DATE, key))) ?? '');
  const told = 'The data set x was not refreshed: PERMISSION_DENIED. Let QuickSight read the bucket.';
  expect(html?.includes(told)).toBe(text?.replaceAll(/\s+/g, ' ').includes(told));
  return html?.includes(told) === true ? 'told' : 'not told';
}

describe('the daily run', () => {
  it('refreshes the dashboard once its days are written, before the mail', async () => {
    const at = await home.place();
    const [mail, { dashboard, asked }] = [server(), board()];
    const seen: number[] = [];
    const looking: Dashboard = {
      async refresh(of) {
        seen.push((await at.archive()).filter((csv) => csv !== undefined).length, mail.taken.length);
        return dashboard.refresh(of);
      },
    };
    const report = await dailyRun(at.doors({ dashboard: looking, mailer: mail.mailer }), { resend: false });
    expect(report.problems).toEqual([]);
    expect(asked).toMatchObject([{ name: 'daily-20261119', since: NOW }]);
    expect(seen).toEqual([2, 0]);
    expect(await mailed(at, '2026-11-19/daily/finops')).toBe('not told');
    // Nothing is written by the second one: a refresh of that day is as good as another.
    await dailyRun(at.doors({ dashboard: looking, mailer: mail.mailer }), { resend: false });
    expect(asked.at(-1)).toMatchObject({ name: 'daily-20261119', since: undefined });
  });

  it('mails all the same where that fails, tells it in the mail, and is not fine', async () => {
    const at = await home.place();
    const mail = server();
    const report = await dailyRun(at.doors({ dashboard: board(denied).dashboard, mailer: mail.mailer }), {
      resend: false,
    });
    expect(mail.taken).toEqual(['2026-11-19/daily/finops']);
    expect(report.problems.map(({ code }) => code)).toEqual(['DASHBOARD_NOT_REFRESHED']);
    expect(report.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      expect.arrayContaining(['spice failed', 'digest done']),
    );
    expect((await lastRun(at.store))?.outcome).toBe('not fine');
    expect(await mailed(at, '2026-11-19/daily/finops')).toBe('told');
    // The next one tries it again.
    const next = await dailyRun(at.doors({ dashboard: board().dashboard }), { resend: false });
    expect(next.problems).toEqual([]);
  });

  it('has no such step where there is no dashboard', async () => {
    const at = await home.place();
    const report = await dailyRun(at.doors(), { resend: false });
    expect(report.steps.map(({ name }) => name)).not.toContain('spice');
  });

  it('that died after the refresh does not ask for another', async () => {
    const at = await home.place();
    const power = { left: Number.POSITIVE_INFINITY };
    // It lives to note that it begins the mail.
    const { dashboard, asked } = board(async () => {
      power.left = 2;
    });
    const doomed = at.doors({ dashboard });
    await expect(
      dailyRun({ ...doomed, store: mortal(at.store, power) }, { resend: false }),
    ).rejects.toThrow();
    const report = await dailyRun(at.doors({ dashboard }), { resend: false });
    expect(report.continued).toBe(true);
    expect(asked.map(({ name }) => name)).toEqual(['daily-20261119']);
  });
});

it('is waited for by the next process where the time of this one is nearly used up', async () => {
  const at = await home.place();
  const [late, { dashboard, asked }, mail] = [{ is: false }, board(), server()];
  const slow: Dashboard = {
    async refresh(of) {
      asked.push(of);
      late.is = true;
      throw new UserError('DASHBOARD_STILL_REFRESHING', { what: 'still at it', remedy: 'wait' });
    },
  };
  const doors = at.doors({ dashboard: slow, isTimeUp: () => late.is, mailer: mail.mailer });
  await expect(dailyRun(doors, { resend: false })).rejects.toThrow(OutOfTime);
  expect(mail.taken).toEqual([]);
  const report = await dailyRun(at.doors({ dashboard, mailer: mail.mailer }), { resend: false });
  expect(report).toMatchObject({ continued: true, problems: [] });
  expect(asked.map(({ name, since }) => [name, since])).toEqual(Array(2).fill(['daily-20261119', NOW]));
  expect(mail.taken).toHaveLength(1);
});

it('is asked for anew where a day was written before, and its partition registered only now', async () => {
  const at = await home.place();
  const [tables, { dashboard, asked }] = [catalog(), board()];
  tables.isDown = true;
  const first = await dailyRun(at.doors({ dashboard, tables }), { resend: false });
  expect(first.problems.map(({ what }) => what)).toEqual(['Glue is down']);
  const { text } = await PostalMime.parse(
    (await at.store.get(mailKey(RUN_DATE, '2026-11-19/daily/finops'))) ?? '',
  );
  expect(text).toContain('Glue is down');
  tables.isDown = false;
  const second = await dailyRun(at.doors({ dashboard, tables }), { resend: false });
  expect(second).toMatchObject({ archived: [], problems: [] });
  expect(asked.map(({ since }) => since)).toEqual([NOW, NOW]);
  await dailyRun(at.doors({ dashboard, tables }), { resend: false });
  expect(asked.at(-1)?.since).toBeUndefined();
});

describe('a backfill', () => {
  it('refreshes the dashboard under its own name, one for a range, and gives the id', async () => {
    const at = await home.place();
    await dailyRun(at.doors(), { resend: false });
    const { dashboard, asked } = board();
    const one = await backfill(
      at.doors({ dashboard }),
      requestOf(DAY, DAY, { single: true, resend: undefined }),
    );
    expect(one.days[0]).toMatchObject({ status: 'fine', ingestion: 'backfill-20261118' });
    const many = await backfill(
      at.doors({ dashboard }),
      requestOf(FROM, DAY, { single: false, resend: undefined }),
    );
    expect(many.days.map(({ ingestion }) => ingestion)).toEqual(Array(2).fill('backfill-20261117-20261118'));
    expect(asked).toMatchObject([
      { name: 'backfill-20261118', since: NOW },
      { name: 'backfill-20261117-20261118', since: NOW },
    ]);
  });

  it('mails all the same where that fails', async () => {
    const at = await home.place();
    await dailyRun(at.doors(), { resend: false });
    const request = requestOf(DAY, DAY, { single: true, resend: undefined });
    const report = await backfill(at.doors({ dashboard: board(denied).dashboard }), request);
    expect(report.problems.map(({ code }) => code)).toEqual(['DASHBOARD_NOT_REFRESHED']);
    expect(report.days[0]).toMatchObject({ ingestion: null, mail: { state: 'to nobody' } });
    expect(await mailed(at, '2026-11-19/rerun-of-2026-11-18/finops')).toBe('told');
  });
});
