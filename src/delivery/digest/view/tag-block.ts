import { plus } from '../../../core/money/money.ts';
import { plural, range } from '../../format/days.ts';
import { type Figure, figure, figures, plain, printedSum } from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import { percent } from '../../format/percent.ts';
import type { DigestFacts, TagMoney, UnmappedMoney } from '../facts.ts';
import type { ListBlock, ListRow } from './view.ts';

/** Money that nobody answers for: in no OU, or without the tags that are required. */
export function tagBlock({ month, tags, unmapped, currency }: DigestFacts): ListBlock | undefined {
  if (month === undefined || (tags === undefined && unmapped === undefined)) return undefined;
  return {
    title: 'Unmapped and untagged money',
    unit: `${currency} · ${range(month.period)}`,
    brief: `${range(month.period)}, ${currency}`,
    rows: [
      ...(unmapped === undefined ? [] : [unmappedRow(unmapped)]),
      ...(tags === undefined ? [] : tagRows(tags)),
    ],
    total: undefined,
    after: after(tags),
  };
}

function unmappedRow({ amount, share, before, accounts }: UnmappedMoney): ListRow {
  const was =
    before?.share === undefined
      ? ''
      : percent(before.share) === percent(share)
        ? `, as on ${range(before.period)}`
        : `, ${percent(before.share)} on ${range(before.period)}`;
  const note = share === undefined ? plural(accounts, 'account') : `${percent(share)} of month to date${was}`;
  return {
    name: 'Unmapped, in no OU',
    brief: `Unmapped, ${note}`,
    amount: plain(figure(amount, 2)),
    notes: [note],
    briefNotes: [],
  };
}

function tagRows(tags: TagMoney): ListRow[] {
  if (tags.requiredKeys.length === 0) return [];
  const [missing, incomplete, compliant] = taggable(tags);
  if (missing === undefined || incomplete === undefined || compliant === undefined) return [];
  const whole = printedSum([missing, incomplete, compliant], tags.compliant.currency, 2);
  const of = `${plain(compliant)} of ${plain(whole)} taggable`;
  return [
    tagRow('Required tag missing', missing, tags.missingKeys),
    tagRow('Required tag empty or not allowed', incomplete, tags.incompleteKeys),
    {
      name: 'Tag score',
      brief: `Tag score, ${of}`,
      amount: percent(tags.score),
      notes: [of],
      briefNotes: [],
      strong: true,
    },
  ];
}

const taggable = ({ missing, incomplete, compliant }: TagMoney): Figure[] =>
  figures([missing, incomplete, compliant], 2, figure(plus(plus(missing, incomplete), compliant), 2).shown);

function tagRow(name: string, amount: Figure, keys: readonly string[]): ListRow {
  const [first, second] = keys.map((key) => cut(clean(key), 24));
  if (amount.exact.units === 0n || first === undefined) return { name, amount: plain(amount), notes: [] };
  const most = `most often ${first}${second === undefined ? '' : `, then ${second}`}`;
  return { name, brief: `${name}, ${most}`, amount: plain(amount), notes: [most], briefNotes: [] };
}

function after(tags: TagMoney | undefined): string[] {
  if (tags === undefined) return [];
  if (tags.requiredKeys.length === 0)
    return ['No tag is required: set REQUIRED_TAG_KEYS to have tags judged.'];
  const variants = (tags.variants ?? []).map(
    ({ key, spellings }) =>
      `${cut(clean(key), 24)} as ${spellings.map((one) => cut(clean(one), 24)).join(', ')}`,
  );
  return [
    ...(variants.length === 0 ? [] : [`Spelled in more than one way: ${variants.join('; ')}.`]),
    `Outside the score: ${plain(figure(tags.notTaggable, 2))} of tax, support, fees, credits and what cannot be tagged.`,
  ];
}
