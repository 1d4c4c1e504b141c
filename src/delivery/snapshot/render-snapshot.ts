import { invariant } from '../../core/errors/invariant.ts';
import type { DigestFacts } from '../digest/facts.ts';
import { drawnCharts } from './charts.ts';
import { fontFiles } from './fonts.ts';
import { pageOf } from './page.ts';
import { snapshotView } from './snapshot-view.ts';

/** More rows of OUs than any page holds. */
const LIGHTS_MAX = 24;

/** The executives' page as PDF: one page of A4, the same bytes for the same facts. Holds as many OUs as fit. */
export async function renderSnapshot(facts: DigestFacts): Promise<Uint8Array> {
  const charts = await drawnCharts(snapshotView(facts, 1));
  const all = await laidOut(facts, LIGHTS_MAX, charts);
  if (all.pages === 1) return all.pdf;
  let [fits, tooMany] = [1, Math.min(LIGHTS_MAX, facts.lights.length)];
  while (tooMany - fits > 1) {
    const rows = Math.floor((fits + tooMany) / 2);
    if ((await laidOut(facts, rows, charts)).pages === 1) fits = rows;
    else tooMany = rows;
  }
  const { pdf, pages } = await laidOut(facts, fits, charts);
  invariant(pages === 1, `the snapshot has ${pages} pages`);
  return pdf;
}

async function laidOut(
  facts: DigestFacts,
  lightsMax: number,
  charts: Awaited<ReturnType<typeof drawnCharts>>,
): Promise<{ pdf: Uint8Array; pages: number }> {
  // Slow to load, and most commands draw no page.
  const { default: pdfmake } = await import('pdfmake');
  pdfmake.setFonts(fontFiles());
  pdfmake.setUrlAccessPolicy(() => false);
  const files = new Set(Object.values(fontFiles()).flatMap(({ normal, bold }) => [normal, bold]));
  pdfmake.setLocalAccessPolicy((path) => files.has(path));
  let pages = 0;
  const page = pageOf(snapshotView(facts, lightsMax), charts, {
    madeAt: facts.madeAt,
    onPages: (number) => {
      pages = number;
    },
  });
  const pdf = await pdfmake.createPdf(page).getBuffer();
  return { pdf: new Uint8Array(pdf), pages };
}
