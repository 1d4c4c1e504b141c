import { Command, Option } from 'commander';
import type { DayHistory, DayScope, DayStep, Restatements, RestatementsOf } from '../app/restatements.ts';
import { type BillingDate, billingDate, days } from '../core/calendar/billing-date.ts';
import { moment } from '../core/calendar/moment.ts';
import { UserError } from '../core/errors/user-error.ts';
import { currency, exactText, minus, money } from '../core/money/money.ts';
import { count, figure, plain, signed } from '../delivery/format/figure.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

interface Flags extends DayScope {
  readonly from?: BillingDate;
  readonly to?: BillingDate;
  readonly since?: RestatementsOf['since'];
  readonly by?: RestatementsOf['by'];
  readonly day?: BillingDate;
  readonly limit: number;
}

/** `restatements`: what changed of days that were known already, when and why. */
export const restatementsCommand = (doors: Doors): Command =>
  new Command('restatements')
    .summary('what changed of days that were known already, when and why')
    .description(
      'Bills change after the fact. Lists every commit that changed a day which the lake held before, newest first, with\n' +
        'what it changed; with --by, what all of them changed together. Amounts are DailyCost in the reporting currency.\n' +
        'The other metrics: spendlight query "SELECT * FROM restatements WHERE Metric = \'BilledCost\'".\n' +
        'With --day: what one day was after each commit, and why it became another amount.',
    )
    .option('--from <date>', 'first billing day, UTC', billingDate)
    .option('--to <date>', 'last billing day, inclusive', billingDate)
    .option('--since <version or time>', 'commits after a lake version, or since a moment or day, UTC', since)
    .addOption(new Option('--by <what>', 'add up by this').choices(['day', 'ou', 'service', 'account']))
    .option('--day <date>', 'the history of one billing day', billingDate)
    .option('--ou <name>', 'with --day: of this OU alone')
    .option('--service <code>', 'with --day: of this service alone')
    .option('--account <id>', 'with --day: of this account alone')
    .option('--limit <rows>', 'rows at most', limit, 25)
    .action((flags: Flags) => run(doors, flags));

async function run(doors: Doors, flags: Flags): Promise<void> {
  if (flags.from !== undefined && flags.to !== undefined) days(flags.from, flags.to);
  const { ou, service, account } = flags;
  if (flags.day === undefined && (ou ?? service ?? account) !== undefined) throw scopeNeedsDay();
  const [app, { openLake }, { pinLake }] = await Promise.all([
    import('../app/restatements.ts'),
    import('../lake/lake.ts'),
    import('../lake/pin.ts'),
  ]);
  const lake = await openLake(await doors.store());
  const asking = { engine: await doors.asker(), lake, state: await lake.head() };
  if (flags.day === undefined) {
    const found = await app.restatements(asking, flags);
    doors.answer(() => asText(found, flags), found);
    return;
  }
  await pinLake(asking.engine, lake, asking.state, { days: days(flags.day) });
  const history = await app.historyOfDay(asking, flags.day, { ou, service, account });
  doors.answer(() => historyAsText(history), history);
}

function asText(found: Restatements, { by, limit: most }: Flags): string {
  const { total, commits, currency: code, lakeVersion } = found;
  if (total.rows === 0) {
    return `Nothing that was known has changed, as of lake version ${lakeVersion}. New days are no restatements.\n`;
  }
  const amount = amountIn(code);
  const listed = by === undefined ? rowTable(found) : groupTable(found, by);
  const shown = by === undefined ? found.rows.length : found.groups.length;
  return [
    `${things(total.commits, 'commit')} changed days that were known: up ${amount(total.up)}, down ${amount(total.down).replace('−', '')}, together ${amount(total.change, 'signed')} ${code}  (lake version ${lakeVersion})`,
    '',
    asTable(
      ['version', 'committed', 'cause', 'source', 'days', 'rows', 'up', 'down', 'together'],
      commits.map((commit) => [
        String(commit.lakeVersion),
        commit.committedAt.slice(0, 16).replace('T', ' '),
        commit.cause,
        commit.source,
        commit.days === 1
          ? commit.firstDay
          : `${commit.firstDay} … ${commit.lastDay.slice(5)}, ${commit.days}`,
        count(commit.rows),
        amount(commit.up, 'signed'),
        amount(commit.down, 'signed'),
        amount(commit.change, 'signed'),
      ]),
      ['right', 'left', 'left', 'left', 'left', 'right', 'right', 'right', 'right'],
    ),
    listed,
    ...(shown === most ? [`Only the first ${most} are listed: --limit shows more.\n`] : []),
  ].join('\n');
}

const rowTable = ({ rows, currency: code }: Restatements): string =>
  asTable(
    ['version', 'day', 'OU', 'service', 'account', 'before', 'after', 'change'],
    rows.map(({ lakeVersion, day, ou, service, account, before, after }) => [
      String(lakeVersion),
      day,
      ou,
      service,
      account,
      amountIn(code)(before),
      amountIn(code)(after),
      amountIn(code)(difference(before, after), 'signed'),
    ]),
    ['right', 'left', 'left', 'left', 'left', 'right', 'right', 'right'],
  );

const groupTable = ({ groups, currency: code }: Restatements, by: string): string =>
  asTable(
    [by === 'ou' ? 'OU' : by, 'commits', 'rows', 'up', 'down', 'together'],
    groups.map(({ key, commits, rows, up, down, change }) => [
      key === '' ? '(no account)' : key,
      count(commits),
      count(rows),
      amountIn(code)(up, 'signed'),
      amountIn(code)(down, 'signed'),
      amountIn(code)(change, 'signed'),
    ]),
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );

function historyAsText({ day, scope, currency: code, now, steps, lakeVersion }: DayHistory): string {
  const amount = amountIn(code);
  const of = [scope.ou, scope.service, scope.account].filter((part) => part !== undefined);
  const what = of.length === 0 ? day : `${day} of ${of.join(', ')}`;
  if (steps.length === 0) return `The lake knows nothing of ${what}, as of version ${lakeVersion}.\n`;
  return [
    `${what} is ${amount(now)} ${code} now, as of lake version ${lakeVersion}.`,
    '',
    ...steps.flatMap((step) => [
      `${step.committedAt.slice(0, 16).replace('T', ' ')}  v${step.lakeVersion}  ${amount(step.before)} → ${amount(step.after)}  because ${reason(step)}`,
      ...step.largest.map(
        ({ ou, service, account, before, after }) =>
          `    ${[ou, service, account].filter((part) => part !== '').join(' / ')}: ${amount(before)} → ${amount(after)}`,
      ),
    ]),
    '',
  ].join('\n');
}

/** Why a day became another amount, in words that follow "because". */
function reason({ cause, source, delivery }: DayStep): string {
  switch (cause) {
    case 'arrival':
      return `${source} told of the day for the first time (delivery ${delivery})`;
    case 'delivery':
      return `${source} delivered the month again (delivery ${delivery})`;
    case 'precedence':
      return `another source came to count or ceased to count for accounts of ${source}`;
    case 'accounts':
      return `the account map changed (${source})`;
    case 'rates':
      return `exchange rates changed (${source})`;
    case 'rules':
      return `rules changed (${source})`;
  }
}

function amountIn(code: string): (text: string, how?: 'signed') => string {
  return (text, how) => {
    const shown = figure(money(text, currency(code)), 2);
    return (how === 'signed' ? signed(shown) : plain(shown)).replaceAll('\u00a0', ' ');
  };
}

const difference = (before: string, after: string): string => {
  const of = currency('XXX');
  return exactText(minus(money(after, of), money(before, of)));
};

const things = (number: number, thing: string): string =>
  `${count(number)} ${thing}${number === 1 ? '' : 's'}`;

function since(text: string): RestatementsOf['since'] {
  const version = /^v?(\d{1,12})$/.exec(text)?.[1];
  return version === undefined
    ? { moment: new Date(moment(text)).toISOString() }
    : { version: Number(version) };
}

function limit(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UserError('USAGE', {
    what: `"${text}" is not a number of rows`,
    remedy: 'Write a whole number from 1, for example --limit 100.',
  });
}

const scopeNeedsDay = (): UserError =>
  new UserError('USAGE', {
    what: '--ou, --service and --account tell the history of one day',
    remedy: 'Name the day: --day 2026-09-12 --service AmazonS3. For sums over all: --by service.',
  });
