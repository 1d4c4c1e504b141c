import { Command } from 'commander';
import type { RulesVersion } from '../app/rules.ts';
import type { RulesDiff } from '../app/rules-diff.ts';
import { type BillingDate, billingDate, days } from '../core/calendar/billing-date.ts';
import { type Money, rounded } from '../core/money/money.ts';
import type { Rules } from '../core/rules/rules.ts';
import type { Doors } from './doors.ts';
import { importCommand } from './import-command.ts';
import { reading } from './program.ts';
import { asTable } from './shape.ts';

/** `rules import|list|diff`: what counts as a spike, as tagged, as small cost that comes every day. */
export const rulesCommand = (doors: Doors): Command =>
  importCommand(doors, {
    name: 'rules',
    summary: 'what counts as a spike, as tagged, as small cost that comes every day',
    reads:
      'Reads a YAML or JSON file of rules (docs/rules.md) and puts them in force: what they change is rolled up and judged\n' +
      'again in the same commit. What the file leaves out is as it is built in.',
    run: async ({ settings: _, ...tools }, path) =>
      (await import('../app/rules.ts')).importRules({ ...tools, settings: doors.settings() }, path),
  })
    .addCommand(listCommand(doors))
    .addCommand(diffCommand(doors));

const listCommand = (doors: Doors): Command =>
  reading(
    new Command('list').summary('the versions there are, and which is in force').action(async () => {
      const { listRules } = await import('../app/rules.ts');
      const versions = await listRules(await doors.store(), doors.settings());
      doors.answer(() => listAsText(versions), versions);
    }),
  );

interface DiffFlags {
  readonly from: BillingDate;
  readonly to: BillingDate;
}

const diffCommand = (doors: Doors): Command =>
  reading(
    new Command('diff')
      .summary('what a change of rules would reclassify, in lines and money')
      .description('Compares two versions on the days from --from to --to, and changes nothing.')
      .argument('<before>', 'a version, as rules list names it, or a file')
      .argument('<after>', 'a version, or a file that is not imported yet')
      .requiredOption('--from <date>', 'first billing day, UTC', billingDate)
      .requiredOption('--to <date>', 'last billing day, inclusive', billingDate)
      .action(async (before: string, after: string, { from, to }: DiffFlags) => {
        const { rulesDiff } = await import('../app/rules-diff.ts');
        const { clock } = doors;
        const tools = { engine: await doors.engine(), store: await doors.store(), clock };
        const diff = await rulesDiff(
          { ...tools, settings: doors.settings() },
          { before, after, period: days(from, to) },
        );
        doors.answer(() => diffAsText(diff), diff);
      }),
  );

const listAsText = (versions: readonly RulesVersion[]): string =>
  versions
    .map(({ version, inForce, importedAt, file, rules }) =>
      [
        `Version ${version}${inForce ? ', in force' : ''}: ${importedAt === undefined ? 'built in, of the settings' : `${file}, ${importedAt.slice(0, 16).replace('T', ' ')} UTC`}`,
        ...rulesAsText(rules),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n');

function rulesAsText({ spikes, tags, lowValue }: Rules): string[] {
  const byOu = Object.entries(spikes.minImpactByOu).map(([ou, impact]) => `${ou} ${impact}`);
  const allowed = Object.entries(tags.allowed).map(([key, values]) => `${key}: ${values.join(', ')}`);
  return [
    `  spikes     above the baseline by ${percent(spikes.threshold)}, ${spikes.deviations} deviations and ${[spikes.minImpact, ...byOu].join('; ')} a day`,
    `  tags       ${tags.required.join(', ') || 'none required'}; placeholders ${tags.placeholders.join(', ') || 'none'}`,
    ...allowed.map((line) => `             ${line}`),
    `  low value  at most ${lowValue.dailyMax} a day on ${lowValue.daysMin} of 30 days, ${lowValue.monthMin} together`,
  ];
}

function diffAsText({ before, after, from, to, metric, tags, classes, lowValue }: RulesDiff): string {
  const changed = tags.filter((row) => row.before !== row.after);
  // Why a normal day is normal is told in JSON alone.
  const others = classes.rows.filter((row) => (row.before === 'spike') !== (row.after === 'spike'));
  return [
    `${before} → ${after}, ${from} to ${to}, ${metric}`,
    '',
    ...section(
      'Tags',
      ['before', 'after', 'lines', 'money'],
      changed.map((row) => [row.before, row.after, String(row.lines), shown(row.amount)]),
    ),
    ...section(
      classes.judgedTo === undefined
        ? 'Spikes: none of these days is complete'
        : `Spikes, to ${classes.judgedTo}`,
      ['before', 'after', 'days of series', 'lines', 'money'],
      others.map((row) => [
        row.before,
        row.after,
        String(row.seriesDays),
        String(row.lines),
        shown(row.amount),
      ]),
    ),
    ...(classes.examples.length === 0
      ? []
      : section(
          'Dearest of them',
          ['day', 'OU', 'service', 'account', 'region', 'before', 'after', 'money'],
          classes.examples.map((row) => [
            row.date,
            row.ou,
            row.service,
            row.account,
            row.region,
            row.before,
            row.after,
            shown(row.amount),
          ]),
        )),
    ...section(
      'Small cost that comes every day, 30 days',
      ['OU', 'service', 'account', 'before', 'after'],
      lowValue.map(({ ou, service, account, before: was, after: is }) => [
        ou,
        service,
        account,
        listed(was),
        listed(is),
      ]),
    ),
  ].join('\n');
}

function section(title: string, headers: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [`${title}: nothing changes`, ''];
  const align = headers.map((header) => (/^(lines|money|days of series)$/.test(header) ? 'right' : 'left'));
  return [title, asTable(headers, rows, align)];
}

const percent = (share: string): string => `${Math.round(Number(share) * 1e8) / 1e6} %`;
const listed = (of: { readonly things: number; readonly amount: Money } | undefined): string =>
  of === undefined ? 'not listed' : `${shown(of.amount)} in ${of.things}`;
const shown = (amount: Money): string => `${rounded(amount, 2)} ${amount.currency}`;
