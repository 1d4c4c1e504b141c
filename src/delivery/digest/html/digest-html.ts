import { dayName, dayOfMonth } from '../../format/days.ts';
import type { DigestView, Foot, Picture } from '../view/view.ts';
import { keyFigureTable, lightsTable, listTable, proofTable, section, topTable } from './blocks.ts';
import { type Content, type Html, html, markup } from './html.ts';
import { CSS, INK, MSO_HEAD, MUTED, STYLE, TABLE } from './style.ts';

/** Picture of the month, in the mail's own parts: no mail program fetches it from elsewhere. */
export const PICTURE_ID = 'trend';
/** Colours of the picture, of which the legend shows samples: at least 3:1 on white and on black. */
const SAMPLES = { cost: '#4c7bf0', other: '#8a929e', ahead: '#c3d3f8', plan: '#757c87', spike: '#e4574c' };
const FILLER = markup('&#847;&zwnj;&nbsp;'.repeat(60));

/** The digest as HTML for mail programs: 600 px, one column, tables, inline styles, no remote part, no script. */
export function digestHtml(view: DigestView): string {
  const body = [
    heading(view),
    trouble(view.trouble),
    view.figures.length === 0 ? undefined : keyFigureTable(view.figures),
    view.picture === undefined ? undefined : pictureBlock(view.picture),
    view.lights === undefined ? undefined : lightsTable(view.lights),
    view.top === undefined ? undefined : topTable(view.top),
    ...view.lists.map(listTable),
    view.arriving === undefined ? undefined : listTable(view.arriving),
    proofTable(view.proof),
    footBlock(view.foot),
  ];
  return page(view, html`${body}`).text;
}

const page = (view: DigestView, body: Html): Html => html`<!DOCTYPE html>
<html lang="en" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no"><meta name="x-apple-disable-message-reformatting">
<title>${view.subject}</title>
${MSO_HEAD}${STYLE}</head>
<body class="bg" style="margin:0;padding:0;background:#ffffff;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${view.sentence}${FILLER}</div>
<table role="presentation" class="bg" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="background:#ffffff"><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr><td class="pad" align="left" style="padding:20px">
<table role="presentation" ${TABLE}>${body}
</table></td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table></body></html>
`;

function heading(view: DigestView): Html {
  const mark = view.simulated
    ? html` <span class="m" style="font-size:12px;color:${MUTED}">&nbsp;SIMULATED, not a bill</span>`
    : undefined;
  const more =
    view.second === ''
      ? undefined
      : html`<p class="k" style="font-size:16px;line-height:24px;color:${INK};margin:8px 0 0 0">${unbroken(view.second)}</p>`;
  return html`
<tr><td><table role="presentation" ${TABLE}><tr><td style="font-weight:600;padding:0">Spendlight${mark}</td><td align="right" nowrap class="m" style="color:${MUTED};font-size:12px;line-height:18px;padding:0">${view.date}</td></tr></table></td></tr>
<tr><td style="padding:20px 0 0 0"><h1 class="k" style="font-size:20px;line-height:28px;color:${INK};margin:0;font-weight:600">${unbroken(view.sentence)}</h1>${more}
<p class="m" style="font-size:12px;line-height:17px;color:${MUTED};margin:12px 0 0 0">${view.meta.flat().join(' · ')}</p></td></tr>`;
}

/** Words with a hyphen stay on one line. */
const unbroken = (text: string): string => text.replaceAll('run-rate', 'run\u2011rate');

function trouble(lines: readonly string[]): Html | undefined {
  if (lines.length === 0) return undefined;
  const items = lines.map(
    (line) =>
      html`<p class="k" style="font-size:13px;line-height:18px;color:${INK};margin:6px 0 0 0">${line}</p>`,
  );
  return section('What is wrong', '', items);
}

function pictureBlock({ title, unit, alt, chart: { days }, has }: Picture): Html {
  const pitch = 510 / 560 / days.length;
  const weeks = days
    .filter((_, i) => i % 7 === 0)
    .map(({ date }, i, all) => ({
      label: i === 0 ? dayName(date).split(' ').slice(0, 2).join(' ') : String(dayOfMonth(date)),
      width: i === all.length - 1 ? 100 - 700 * pitch * i : 700 * pitch,
    }))
    .map(
      ({ label, width }) =>
        html`<td width="${width.toFixed(2)}%" class="m" style="${CSS.week}">${label}</td>`,
    );
  const legend = [
    sample('cost', SAMPLES.cost),
    has.onChargeDate ? sample('fees, tax, credits, on\u00a0their\u00a0date', SAMPLES.other) : undefined,
    has.arriving ? html`<span style="color:${SAMPLES.cost}">▨</span>&nbsp;arriving &nbsp; ` : undefined,
    has.runRate ? sample(unbroken('run-rate'), SAMPLES.ahead, 'fb') : undefined,
    has.plan ? html`<span style="color:${SAMPLES.plan}">━</span>&nbsp;plan &nbsp; ` : undefined,
    has.spike ? html`<span style="color:${SAMPLES.spike};font-weight:600">◯</span>&nbsp;spike` : undefined,
  ];
  const body = html`<img src="cid:${PICTURE_ID}" width="560" alt="${alt}" style="${CSS.image}"><table role="presentation" ${TABLE}><tr>${weeks}</tr></table>
<p class="m" style="${CSS.legend}">${legend}</p>`;
  return section(title, unit, body);
}

const sample = (text: string, colour: string, name = ''): Html =>
  html`<span${name === '' ? undefined : html` class="${name}"`} style="background:${colour};font-size:9px;line-height:9px">&nbsp;&nbsp;&nbsp;&nbsp;</span>&nbsp;${text} &nbsp; `;

function footBlock({ attachment, links, why }: Foot): Html {
  const open: Content = links.map(
    ({ text, url }) => html` <a href="${url}" class="a" style="${CSS.link}">${text}</a>`,
  );
  return html`
<tr><td style="padding:32px 0 12px 0"><p class="m" style="${CSS.foot}">${attachment}${open}</p><p class="m" style="${CSS.why}">${why}</p></td></tr>`;
}
