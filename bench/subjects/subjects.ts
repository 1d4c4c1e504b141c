import type { BenchData } from '../data/prepare.ts';
import type { Case } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { agedCase, askedCase, asofFigures } from './asof.ts';
import { bareBreakdownCase, breakdownCase, breakdownFigures } from './breakdown.ts';
import { digestCase, digestFigures } from './digest.ts';
import { deliverCase, historyFigures, openCase, restateCase, versionsCase } from './history.ts';
import { bareCopyCase, bareCsvCase, ingestCase, ingestFigures } from './ingest.ts';
import { lakeCase } from './lakes.ts';
import { peekCase, peekFigures, sumsCase } from './peek.ts';
import { queryCase, queryFigures } from './query.ts';
import { costScanCase, resourceCase, resourceFigures } from './resource.ts';
import { doublesCase, rollupCase, rollupFigures, scanCase } from './rollup.ts';
import { serveCase, serveFigures, startCase } from './serve.ts';
import { archiveCase, sha256Case, sumsAgainCase, verifyCase, verifyFigures } from './verify.ts';
import { watchCase, watchFigures } from './watch.ts';

/** What can be asked for on the command line: its figures, and the cases that its children run. */
export interface Subject {
  readonly figures: (data: BenchData, times: number) => Promise<Figure[]>;
  readonly cases: Readonly<Record<string, Case>>;
}

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  ingest: {
    figures: ingestFigures,
    cases: { ingest: ingestCase, 'bare-copy': bareCopyCase, 'bare-csv': bareCsvCase, lake: lakeCase },
  },
  rollup: {
    figures: rollupFigures,
    cases: { rollup: rollupCase, scan: scanCase, doubles: doublesCase },
  },
  peek: { figures: peekFigures, cases: { peek: peekCase, sums: sumsCase } },
  digest: { figures: digestFigures, cases: { digest: digestCase } },
  breakdown: {
    figures: breakdownFigures,
    cases: { breakdown: breakdownCase, 'bare-breakdown': bareBreakdownCase },
  },
  resource: { figures: resourceFigures, cases: { resource: resourceCase, 'cost-scan': costScanCase } },
  serve: { figures: serveFigures, cases: { serve: serveCase, start: startCase } },
  history: {
    figures: historyFigures,
    cases: { restate: restateCase, deliver: deliverCase, versions: versionsCase, open: openCase },
  },
  asof: { figures: asofFigures, cases: { aged: agedCase, asked: askedCase } },
  verify: {
    figures: verifyFigures,
    cases: { archive: archiveCase, verify: verifyCase, sha256: sha256Case, 'sums-again': sumsAgainCase },
  },
  watch: { figures: watchFigures, cases: { watch: watchCase } },
  query: { figures: queryFigures, cases: { query: queryCase } },
};
