import { useQuery } from '@tanstack/react-query';
import { ProblemError } from '../api/client.ts';
import { overviewOf } from '../api/questions.ts';
import { useScope } from '../app/use-scope.ts';
import { ProveDrawer } from '../explain/prove.tsx';
import { FirstRun } from '../first-run/first-run.tsx';
import { Block } from '../parts/block.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';
import { AlertsBlock } from './alerts-block.tsx';
import { DailyBlock } from './daily/daily-block.tsx';
import { Figures } from './figures.tsx';
import { LeadSkeleton } from './lead-skeleton.tsx';
import { LightsBlock } from './lights-block.tsx';
import { MoversBlock } from './movers-block.tsx';
import { ProofLine } from './proof-line.tsx';
import { Say } from './say.tsx';
import { SharesBlock } from './shares-block.tsx';

const NOTHING_THEN = 'At that moment the lake held no cost lines yet.';

/** Are we on plan, and if not, where? */
export function OverviewPage() {
  const { scope, ready } = useScope();
  const asked = useQuery({ ...overviewOf(scope), enabled: ready });
  const isEmpty = isFirstRun(asked.error) || asked.data?.freshness.newestDay === null;
  if (isEmpty && scope.asOf !== undefined)
    return <WhyEmpty because={NOTHING_THEN} next="Choose a later moment." />;
  if (isEmpty) return <FirstRun />;
  return (
    <>
      <title>Overview · Spendlight</title>
      <h1 className="vh">Overview: are we on plan, and if not, where?</h1>
      <Block asked={asked} skeleton={<LeadSkeleton />}>
        {(overview) => (
          <>
            <Say overview={overview} />
            <Figures overview={overview} />
          </>
        )}
      </Block>
      {ready && (
        <>
          <DailyBlock scope={scope} />
          <div className="two sec">
            <LightsBlock scope={scope} />
            <div>
              <MoversBlock scope={scope} />
              <AlertsBlock scope={scope} />
            </div>
          </div>
          <div className="half">
            <SharesBlock scope={scope} by="service" />
            <SharesBlock scope={scope} by="account" />
          </div>
          <ProofLine scope={scope} />
          <ProveDrawer scope={scope} />
        </>
      )}
    </>
  );
}

const isFirstRun = (error: Error | null): boolean =>
  error instanceof ProblemError && error.problem.code === 'LAKE_EMPTY';
