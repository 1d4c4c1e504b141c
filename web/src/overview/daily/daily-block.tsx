import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { csvAddress, type Scope, trendOf, trendPartsOf } from '../../api/questions.ts';
import { Block } from '../../parts/block.tsx';
import { CsvLink, Section } from '../../parts/section.tsx';
import { WhyEmpty } from '../../parts/why-empty.tsx';
import { DailyTable } from './daily-table.tsx';

const DailyChart = lazy(async () => ({ default: (await import('./daily-chart.tsx')).DailyChart }));

/** Daily cost of 13 months, as a chart or as its table. */
export function DailyBlock({ scope }: { scope: Scope }) {
  const asked = useQuery(trendOf(scope));
  // Nobody looks at a day before the days are drawn, so its parts come after them.
  const parts = useQuery({ ...trendPartsOf(scope), enabled: asked.isSuccess && !asked.isPlaceholderData });
  const [table, setTable] = useState(false);
  useHotkeys([['t', () => setTable((shown) => !shown)]]);
  return (
    <Section
      className="sec"
      title="Daily cost, 13 months"
      about="step line budget ÷ days · ring anomaly · fine hatch not settled, open hatch provisional, grey hatch not arrived"
      actions={
        <>
          <button type="button" aria-pressed={table} aria-keyshortcuts="t" onClick={() => setTable(!table)}>
            Table <kbd>t</kbd>
          </button>
          <CsvLink address={csvAddress('trend', scope)} of="daily cost" />
        </>
      }
    >
      <Block asked={asked} skeleton={<ChartSkeleton />}>
        {(trend) => {
          if (trend.days.length === 0)
            return <WhyEmpty because="No day is complete yet, so there is no trend." />;
          if (table) return <DailyTable trend={trend} />;
          return (
            <Suspense fallback={<ChartSkeleton />}>
              <DailyChart trend={trend} series={parts.data?.series ?? NONE} />
            </Suspense>
          );
        }}
      </Block>
    </Section>
  );
}

const NONE: Trend['series'] = [];

const ChartSkeleton = () => <div className="sk-chart" role="status" aria-label="Loading daily cost" />;
