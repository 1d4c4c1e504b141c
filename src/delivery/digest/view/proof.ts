import { addDays } from '../../../core/calendar/billing-date.ts';
import { compare, exactText } from '../../../core/money/money.ts';
import { dayOfYear, moment, momentOfYear, plural, shortDay } from '../../format/days.ts';
import { count, figure, plain } from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import type { DigestFacts, HeadlineDay } from '../facts.ts';
import { accountShort, METRIC_NAMES } from './names.ts';
import type { Foot, ProofLine } from './view.ts';

const DELIVERIES_MAX = 4;
const QUIET_MAX = 3;

/** What the figures rest on, and how to check them elsewhere. */
export function proofLines(facts: DigestFacts): ProofLine[] {
  const { proof, headline } = facts;
  return [
    ...(headline === undefined ? [] : [{ label: 'Total', text: total(facts, headline) }]),
    { label: 'Accounts', text: accounts(facts) },
    ...deliveries(facts),
    { label: 'Lake', text: versionsOf(proof) },
    {
      label: 'Ledger',
      text: proof.ledgerHead ?? 'empty before this mail',
      code: proof.ledgerHead !== undefined,
    },
    ...(headline === undefined ? [] : checks(facts, headline)),
  ];
}

/** Why the reader gets this mail, what is attached, and when the next one is due. */
export function foot(facts: DigestFacts): Foot {
  const { headline, publicUrl, recipients, madeAt, runDate } = facts;
  const day = headline?.date;
  return {
    attachment: attached(facts),
    links:
      publicUrl === undefined || day === undefined
        ? []
        : [{ text: 'Open this day', url: `${publicUrl.replace(/\/+$/, '')}/?day=${day}` }],
    why: [
      recipients.address === undefined
        ? `This is the digest of the group ${clean(recipients.group)}; who gets it is set in ${recipients.setting}.`
        : `You get this because ${recipients.address.includes(',') ? 'your address' : clean(recipients.address)} is in the group ${clean(recipients.group)} (${recipients.setting}).`,
      `One digest a day, made ${momentOfYear(madeAt)}; the next is due ${shortDay(addDays(runDate, 1))} 07:00 UTC.`,
      'A run that fails tells ALERT_RECIPIENTS_FAILURE.',
    ].join(' '),
  };
}

/** What the reader must know first if file, lake and mail are not one sum; undefined where they are. */
export function difference({
  proof: { csvTotal, lakeTotal },
  top,
  headline,
  currency,
}: DigestFacts): string | undefined {
  if (csvTotal === undefined || headline === undefined) return undefined;
  const all = {
    file: csvTotal,
    lake: lakeTotal ?? csvTotal,
    mail: headline.total,
    'Top 10': top?.total ?? csvTotal,
  };
  if (Object.values(all).every((one) => compare(one, csvTotal) === 0)) return undefined;
  const named = Object.entries(all).map(([name, amount]) => `${name} ${exactText(amount)}`);
  return `The day's total differs: ${named.join(', ')} ${currency}`;
}

function total(facts: DigestFacts, headline: HeadlineDay): string {
  const { csvTotal, csvRows } = facts.proof;
  if (csvTotal === undefined)
    return `no CSV for this day; lake ${exactText(headline.total)} ${facts.currency}`;
  const rows = plural(csvRows, 'row');
  const differs = difference(facts);
  return differs === undefined
    ? `${plain(figure(csvTotal, 2))} ${facts.currency} in file = lake = this mail, ${rows}`
    : `${differs}; ${rows}`;
}

/** The lake's version, and those of what people decide. */
export const versionsOf = ({ lakeVersion, versions }: DigestFacts['proof']): string =>
  `version ${lakeVersion} · rules ${versions.rules} · accounts ${versions.accounts} · budgets ${versions.budgets}${versions.rates > 0 ? ` · rates ${versions.rates}` : ''}`;

/** Accounts seen on the day, of those known; and who is quiet. */
export function accounts({ proof, freshness: { quiet } }: DigestFacts): string {
  const seen = `seen ${count(proof.accountsSeen)} of ${count(proof.accountsKnown)} known`;
  const named = quiet
    .slice(0, QUIET_MAX)
    .map(({ account, since }) => `${accountShort(account)} quiet since ${shortDay(since)}`);
  const more = quiet.length > QUIET_MAX ? [`${count(quiet.length - QUIET_MAX)} more quiet`] : [];
  return [seen, ...named, ...more].join('; ');
}

function deliveries({ proof }: DigestFacts): ProofLine[] {
  const listed = proof.deliveries
    .slice(0, DELIVERIES_MAX)
    .map(({ source, billingPeriod, deliveredAt, sha256 }) => ({
      label: 'Delivery',
      text: `${cut(clean(source), 40)}, ${billingPeriod}, ${moment(deliveredAt)}, sha256\u00a0${sha256.slice(0, 4)}…${sha256.slice(-4)}`,
    }));
  const more = proof.deliveries.length - listed.length;
  return more > 0
    ? [
        ...listed,
        { label: '', text: `and ${plural(more, 'delivery', 'deliveries')} more, in spendlight status` },
      ]
    : listed;
}

function checks({ metric, top, simulated }: DigestFacts, headline: HeadlineDay): ProofLine[] {
  const amount = plain(figure(top?.total ?? headline.total, 2));
  const view = METRIC_NAMES[metric].costExplorer;
  const command = `spendlight breakdown --from ${headline.date} --to ${headline.date}`;
  const explorer = `Cost Explorer, ${dayOfYear(headline.date)}, daily, ${view}, no filter: ${amount}`;
  return [
    { label: 'Check it', text: simulated ? `on a real bill: ${explorer}` : explorer },
    { label: '', text: command, code: true },
  ];
}

function attached({ attachment: { kind, fileName, rows, reason, archiveKey } }: DigestFacts): string {
  const archived = archiveKey === undefined ? '' : ` It is archived as ${archiveKey}.`;
  const why = reason === undefined ? '' : `: ${reason}`;
  if (kind === 'none') return `Nothing is attached${why}.`;
  if (kind === 'left out') return `${fileName} (${plural(rows, 'row')}) is left out${why}.${archived}`;
  const packed = kind === 'csv.gz' ? `, compressed${why}` : '';
  return `Attached: ${fileName} (${plural(rows, 'row')}, full precision${packed}).`;
}
