import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { followLake } from '../api/live.ts';
import { overviewOf, preferences, status } from '../api/questions.ts';
import { Mark } from '../parts/icons.tsx';
import { Freshness } from './freshness.tsx';
import { remember } from './look.ts';
import { LookMenu } from './look-menu.tsx';
import { useScope } from './use-scope.ts';

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
          <Link className="brand" to="/">
            <Mark />
            Spendlight
          </Link>
          <nav className="nav" aria-label="Main">
            <Link to="/" title="Are we on plan, and if not, where?" activeOptions={{ includeSearch: false }}>
              Overview
            </Link>
            <Link to="/pipeline" title="Has everything arrived and been kept, and what changed since?">
              Pipeline & Archive
            </Link>
            <Link to="/health" title="Do the data arrive, and does everything run?">
              Health {wrong > 0 && <span className="n">{wrong}</span>}
            </Link>
            {simulated && (
              <Link to="/outbox" title="Which mails were written?">
                Outbox
              </Link>
            )}
          </nav>
          <LookMenu />
          {simulated && <span className="simulated">simulated data</span>}
          <Freshness />
        </div>
      </header>
      <main className="wrap" id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
