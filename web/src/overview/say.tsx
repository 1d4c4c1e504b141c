import { useState } from 'react';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { useFilter } from '../app/use-scope.ts';
import { rangeName } from '../format/days.ts';
import { Figure } from '../parts/figure.tsx';
import { METRIC_NAMES } from './metric-names.ts';
import { Pickers } from './pickers.tsx';

/** The answer in words, what every figure below is, and the filters. */
export function Say({ overview }: { overview: Overview }) {
  const [bridge, setBridge] = useState(false);
  const { about, sentence, emptyBecause, incomplete } = overview;
  const [first, ...rest] = sentence;
  return (
    <section className="lead">
      <p className="say">
        <b>{first}</b> {rest.join(' ')}
      </p>
      {emptyBecause !== null && <p className="mu">{emptyBecause}</p>}
      <div className="meta">
        <span>
          {METRIC_NAMES[about.metric]} · {about.currency} · {rangeName(about.period, about.period.to)} (UTC)
          {about.comparedWith !== null && ` · vs ${rangeName(about.comparedWith, about.period.to)}`}
          {overview.bridge !== null && (
            <>
              {' · '}
              <button
                type="button"
                className="link"
                aria-expanded={bridge}
                onClick={() => setBridge(!bridge)}
              >
                bridge
              </button>
            </>
          )}
          {incomplete.unknownLines > 0 && ` · ≈ ${incomplete.unknownLines} lines have no known amount`}
        </span>
        <Pickers about={about} />
      </div>
      {bridge && overview.bridge !== null && <Bridge bridge={overview.bridge} currency={about.currency} />}
      <Chips about={about} />
    </section>
  );
}

const PARTS = ['usage', 'fees', 'tax', 'credits', 'refunds', 'total'] as const;

/** What the month to date is made of. */
function Bridge({ bridge, currency }: { bridge: NonNullable<Overview['bridge']>; currency: string }) {
  return (
    <dl className="bridge">
      {PARTS.map((part) => (
        <div key={part}>
          <dt>{part}</dt>
          <dd>
            <Figure amount={bridge[part]} currency={currency} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const DIMENSIONS = ['account', 'service', 'region', 'tag'] as const;

/** The filters that have no picker, each with a way to take it away. */
function Chips({ about }: { about: Overview['about'] }) {
  const filter = useFilter();
  const set = DIMENSIONS.flatMap((name) => {
    const value = about.filters[name];
    return value === null ? [] : [{ name, value }];
  });
  if (set.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters">
      {set.map(({ name, value }) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => filter({ [name]: undefined })}
            aria-label={`Remove filter ${name} ${value}`}
          >
            <span className="k">{name}</span> <bdi>{value}</bdi> <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
