import { Grey } from '../parts/skeleton.tsx';

const FIGURES = ['month', 'forecast', 'budget', 'day', 'unmapped', 'anomalies'];

/** As tall as sentence, meta line and figures. */
export function LeadSkeleton() {
  return (
    <div role="status" aria-label="Loading the overview">
      <div className="lead">
        <p className="say sk-say">
          <Grey width="78%" height={14} />
          <Grey width="52%" height={14} />
        </p>
        <div className="meta sk-meta">
          <Grey width={280} />
        </div>
      </div>
      <div className="figs">
        {FIGURES.map((name) => (
          <div className="fig sk-fig" key={name}>
            <Grey width={72} />
            <Grey width={120} height={22} />
            <Grey width={100} />
          </div>
        ))}
      </div>
    </div>
  );
}
