import { Argument, Command, Option } from 'commander';
import { type ExplainedDelivery, type Explanation, FIGURES, type Figure } from '../app/explain-types.ts';
import { METRICS, type Metric } from '../sql/schema.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

interface ExplainFlags {
  readonly from?: string;
  readonly to?: string;
  readonly ou?: string;
  readonly service?: string;
  readonly account?: string;
  readonly region?: string;
  readonly tag?: string;
  readonly metric?: Metric;
  readonly lines: boolean;
}

/** Lines that are listed for people; the API pages through all of them. */
const LINES = 50;

/** `explain`: what stands behind a figure. */
export const explainCommand = (doors: Doors): Command =>
  new Command('explain')
    .summary('what stands behind a figure')
    .description(
      'Metric, formula, filters, charge types in and out, lake version, deliveries with their control totals and raw files,\n' +
        'the rows behind the figure and their sum, and how to check it elsewhere. For example:\n' +
        '  spendlight explain mtd\n' +
        '  spendlight explain day 2026-11-17 --ou Commercial/Shop --service AmazonS3 --lines\n' +
        '  spendlight explain digest 2026-11-19',
    )
    .addArgument(new Argument('<figure>', 'which figure').choices([...FIGURES]))
    .argument('[date]', 'billing day (default: the latest complete day); for a digest: its run date')
    .option('--from <date>', 'period: first billing day')
    .option('--to <date>', 'period: last billing day, inclusive')
    .option('--ou <path>', 'only this OU')
    .option('--service <code>', 'only this service, as the breakdown names it')
    .option('--account <id>', 'only this account')
    .option('--region <id>', 'only this region')
    .option('--tag <state>', 'only lines in this tag state')
    .addOption(new Option('--metric <metric>', "another metric than the lake's").choices([...METRICS]))
    .option('--lines', `list the ${LINES} dearest lines`, false)
    .action((figure: Figure, date: string | undefined, flags: ExplainFlags) =>
      run(doors, figure, date, flags),
    );

async function run(
  doors: Doors,
  figure: Figure,
  date: string | undefined,
  flags: ExplainFlags,
): Promise<void> {
  const { explain } = await import('../app/explain.ts');
  const { openLake } = await import('../lake/lake.ts');
  const { Served } = await import('../app/serve/served.ts');
  const lake = await openLake(await doors.store());
  const served = await Served.open({
    engine: await doors.asker(),
    lake,
    state: await lake.head(),
    clock: doors.clock,
    requiredTagKeys: doors.settings().requiredTagKeys,
  });
  const { lines, ...filters } = flags;
  const explanation = await explain(served, {
    figure,
    ...filters,
    ...(date === undefined ? {} : figure === 'digest' ? { runDate: date } : { to: date }),
    ...(lines ? { lines: LINES } : {}),
  });
  doors.answer(() => asText(explanation), explanation);
  if (!explanation.rows.ties) doors.notFine();
}

function asText(of: Explanation): string {
  const { rows } = of;
  return [
    `${of.title}${of.simulated ? ', simulated' : ''}`,
    `${of.value === null ? `no figure: ${of.why}` : `${of.value} ${of.currency}`}`,
    '',
    `metric    ${of.metric}`,
    `formula   ${of.formula}`,
    `days      ${of.period.from} to ${of.period.to}, by billing date, UTC`,
    `filters   ${of.filters.length === 0 ? 'none' : of.filters.join(', ')}`,
    `lake      version ${of.lakeVersion}, committed ${of.committedAt}`,
    `inputs    accounts ${of.inputs.accounts}, budgets ${of.inputs.budgets}, rates ${of.inputs.rates}, rules ${of.inputs.rules}`,
    '',
    ...section(
      'Made of',
      asTable(
        ['part', of.currency],
        of.parts.map(({ what, amount }) => [what, amount]),
        ['left', 'right'],
      ),
    ),
    ...section(
      'Charge types in it',
      asTable(
        ['charges', of.currency, 'lines'],
        [
          ...of.charges.map(({ kind, amount, lines }) => [kind, amount, String(lines)]),
          ['all', of.costs, String(of.charges.reduce((sum, { lines }) => sum + lines, 0))],
        ],
        ['left', 'right', 'right'],
      ),
    ),
    of.leftOut.length === 0 ? 'Nothing is left out.' : 'Left out',
    ...of.leftOut.map(
      ({ what, amount, lines }) =>
        `  ${what}${amount === null ? '' : `, ${amount}`}${lines === 0 ? '' : `, ${lines} lines`}`,
    ),
    '',
    `Rows behind it: ${rows.rollupRows} of the rollup, ${rows.rollupSum} ${of.currency}; ${rows.lines} lines${rows.lineSum === null ? ', in more than one currency' : `, ${rows.lineSum} ${of.currency}`}: ${rows.ties ? 'they tie' : 'THEY DIFFER: spendlight verify --deep'}`,
    '',
    'Deliveries (control totals of all their lines)',
    ...of.deliveries.flatMap(deliveryLines),
    '',
    'How to check',
    ...of.howToCheck.map((step, i) => `  ${i + 1}. ${step}`),
    '',
    ...(of.dearest.length === 0 ? [] : dearest(of)),
  ].join('\n');
}

const section = (title: string, table: string): readonly string[] => [title, table];

const deliveryLines = ({
  source,
  billingPeriod,
  delivery,
  deliveredAt,
  totals,
  raw,
}: ExplainedDelivery): readonly string[] => [
  `  ${source} ${billingPeriod}, delivery ${delivery} of ${deliveredAt}`,
  ...totals.map(
    ({ currency, chargeCategory, rows, read, loaded }) =>
      `    ${chargeCategory || 'no category'}: ${rows} lines, read ${read}, loaded ${loaded} ${currency}`,
  ),
  ...raw.map(({ key, sha256 }) => `    ${sha256}  ${key}`),
];

const dearest = ({ dearest: lines }: Explanation): readonly string[] => [
  'Dearest lines',
  asTable(
    ['day', 'account', 'service', 'region', 'category', 'amount', 'currency', 'resource or description'],
    lines.map((line) => [
      line.date,
      line.account ?? '–',
      line.service,
      line.region ?? '–',
      line.category,
      line.amount,
      line.currency,
      line.resource ?? line.description ?? '–',
    ]),
    ['left', 'left', 'left', 'left', 'left', 'right', 'left', 'left'],
  ),
];
