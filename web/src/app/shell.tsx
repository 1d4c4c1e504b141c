import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { followLake } from '../api/live.ts';
import { overviewOf, preferences, status } from '../api/questions.ts';
import { AsOfBanner } from '../as-of/as-of-banner.tsx';
import { AsOfPicker } from '../as-of/as-of-picker.tsx';
import { Mark } from '../parts/icons.tsx';
import { Freshness } from './freshness.tsx';
import { remember } from './look.ts';
import { LookMenu } from './look-menu.tsx';
import { useScope } from './use-scope.ts';

/** A page is left for another one; the moment that is asked about stays. */
const keepWhen = ({ asOf }: { asOf?: string | undefined }): { asOf?: string } =>
  asOf === undefined ? {} : { asOf };

/** What stands around every page. */
export function Shell() {
  const queries = useQueryClient();
  const { data: known } = useQuery(status);
  const { data: look } = useQuery(preferences);
  useEffect(() => followLake(queries), [queries]);
  useEffect(() => {
    if (look !== undefined) remember(look);
  }, [look]);
  const { scope, ready } = useScope();
  const { data: overview } = useQuery({ ...overviewOf(scope), enabled: ready });
  const simulated = overview?.about.simulated ?? known?.lake?.simulated ?? false;
  const wrong = known?.troubles.length ?? 0;
  return (
    <>
      <a className="skip" href="#main">
        Skip to figures
      </a>
      <header className="top">
        <div className="wrap">
          <Link className="brand" to="/" search={keepWhen}>
            <Mark />
            Spendlight
          </Link>
          <nav className="nav" aria-label="Main">
            <Link
              to="/"
              search={keepWhen}
              title="Are we on plan, and if not, where?"
              activeOptions={{ includeSearch: false }}
            >
              Overview
            </Link>
            <Link
              to="/pipeline"
              search={keepWhen}
              title="Has everything arrived and been kept, and what changed since?"
            >
              Pipeline & Archive
            </Link>
            <Link to="/health" search={keepWhen} title="Do the data arrive, and does everything run?">
              Health {wrong > 0 && <span className="n">{wrong}</span>}
            </Link>
            {simulated && (
              <Link to="/outbox" search={keepWhen} title="Which mails were written?">
                Outbox
              </Link>
            )}
          </nav>
          <AsOfPicker />
          <LookMenu />
          {simulated && <span className="simulated">simulated data</span>}
          <Freshness />
        </div>
      </header>
      <AsOfBanner />
      <main className="wrap" id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
