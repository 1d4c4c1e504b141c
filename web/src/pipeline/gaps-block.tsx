import { useQuery } from '@tanstack/react-query';
import { gapsOf, type When } from '../api/pipeline.ts';
import { rangeName } from '../format/days.ts';
import { Block } from '../parts/block.tsx';
import { Command } from '../parts/command.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

const KINDS = {
  missing: 'No lines',
  small: 'Few lines',
  'no archive': 'No archive',
  'no partition': 'Not registered',
  'no mail': 'No mail',
  'no delivery': 'No delivery',
} as const;
/** As many as are read; the command lists all. */
const SHOWN = 12;

/** What is missing, and the one command that mends it. */
export function GapsBlock({ when }: { when: When }) {
  const asked = useQuery(gapsOf(when));
  const looked = asked.data?.looked;
  return (
    <Section
      className="sec"
      title="Gaps"
      about={looked == null ? 'data, archive, mails' : `data, archive, mails, ${rangeName(looked)}`}
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={1} label="gaps" />}>
        {({ gaps, emptyBecause }) =>
          emptyBecause === null ? (
            <ul className="mend" data-testid="gaps">
              {gaps.slice(0, SHOWN).map(({ kind, what, command, from, source }) => (
                <li key={`${kind} ${source} ${from}`}>
                  <Light of={kind === 'small' ? 'at risk' : 'over'}>{KINDS[kind]}</Light> {what}{' '}
                  <Command text={command} />
                </li>
              ))}
              {gaps.length > SHOWN && (
                <li className="mu">{gaps.length - SHOWN} more: spendlight gaps lists them all.</li>
              )}
            </ul>
          ) : (
            <WhyEmpty because={emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}
