import type { Light } from '../../../core/budget/light.ts';
import { type Html, markup } from './html.ts';

/** Colours of the light theme; the dark ones come by class from `STYLE`. */
export const INK = '#14181f';
export const MUTED = '#5b6472';
const LINE = '#e3e6ea';
const FONT = "font:13px/18px -apple-system,'Segoe UI',Roboto,Arial,sans-serif";

/** Class and colour of a status; the classes turn dark with the mail program. */
export const LIGHT_STYLES: Readonly<Record<Light, { readonly name: string; readonly colour: string }>> = {
  over: { name: 'o', colour: '#b3261e' },
  'at risk': { name: 'r', colour: '#8f5a00' },
  unknown: { name: 'm', colour: MUTED },
  'on plan': { name: 'g', colour: '#13734b' },
};

/** Font and ink stand on each table: in quirks mode tables do not inherit them from the body. */
export const TABLE = markup(
  `class="k" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;${FONT};color:${INK};font-variant-numeric:tabular-nums"`,
);

const STYLES = {
  section: 'padding:32px 0 0 0',
  title: `font-size:16px;line-height:22px;color:${INK};margin:0;font-weight:600`,
  unit: `font-size:12px;line-height:17px;color:${MUTED};margin:2px 0 8px 0`,
  after: `font-size:12px;line-height:17px;color:${MUTED};margin:6px 0 0 0`,
  head: `font-size:12px;line-height:16px;color:${MUTED};font-weight:400;padding:4px 0 5px`,
  cell: `padding:6px 0 0;border-top:1px solid ${LINE}`,
  only: `padding:6px 0;border-top:1px solid ${LINE}`,
  strong: `font-weight:600;padding:6px 0 0;border-top:1px solid ${LINE};overflow-wrap:break-word`,
  strongCell: `font-weight:600;padding:6px 0 0;border-top:1px solid ${LINE}`,
  total: `font-weight:600;padding:6px 0;border-top:1px solid ${LINE}`,
  name: `padding:6px 0 0;border-top:1px solid ${LINE};overflow-wrap:break-word`,
  onlyName: `padding:6px 0;border-top:1px solid ${LINE};overflow-wrap:break-word`,
  note: `color:${MUTED};font-size:12px;line-height:16px;padding:1px 0 7px;overflow-wrap:break-word`,
  muted: `font-size:12px;color:${MUTED}`,
  label: `font-size:12px;line-height:16px;color:${MUTED};margin:0`,
  value: `font-size:28px;line-height:34px;color:${INK};margin:0;font-weight:600;letter-spacing:-.3px;font-variant-numeric:tabular-nums`,
  figureNote: `font-size:12px;line-height:17px;color:${MUTED};margin:1px 0 0 0`,
  proofLabel: `color:${MUTED};font-size:12px;line-height:17px;padding:3px 0 3px 0`,
  proof: 'font-size:12px;line-height:17px;padding:3px 0 3px 12px;overflow-wrap:break-word',
  code: 'font-family:Menlo,Consolas,monospace;font-size:11px;word-break:break-all',
  week: `font-size:12px;line-height:16px;color:${MUTED};padding:0`,
  legend: `font-size:12px;line-height:19px;color:${MUTED};margin:8px 0 0 0`,
  image: `display:block;width:100%;max-width:560px;height:auto;border:0;color:${MUTED};${FONT}`,
  foot: `font-size:12px;line-height:18px;color:${MUTED};margin:0;padding-top:12px;border-top:1px solid ${LINE}`,
  why: `font-size:12px;line-height:18px;color:${MUTED};margin:8px 0 0 0`,
  link: 'color:#2456d6;text-decoration:underline',
};
/** Inline styles by what they are for. Gmail drops `<style>` for foreign accounts, so nothing but dark mode lives there. */
export const CSS = Object.fromEntries(Object.entries(STYLES).map(([name, text]) => [name, markup(text)])) as {
  readonly [name in keyof typeof STYLES]: Html;
};

/** Dark mode of Apple Mail, Thunderbird and Outlook for Mac; of Outlook.com; and two sizes for phones. */
export const STYLE = markup(`<style>:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.bg{background:#0f1216!important}.k{color:#e8ebf0!important}.m{color:#a0a9b6!important}.a{color:#7ea6ff!important}.g{color:#4cc38a!important}.r{color:#e2a336!important}.o{color:#ff8379!important}td,hr,p{border-color:#2a3038!important}.bar{background:#4a5360!important}.fb{background:#223766!important}}
[data-ogsc] .k{color:#e8ebf0!important}[data-ogsc] .m{color:#a0a9b6!important}[data-ogsc] .a{color:#7ea6ff!important}[data-ogsc] .g{color:#4cc38a!important}[data-ogsc] .r{color:#e2a336!important}[data-ogsc] .o{color:#ff8379!important}
@media (max-width:480px){.pad{padding:16px!important}h1{font-size:18px!important;line-height:25px!important}}</style>`);

/** Outlook for Windows draws with Word: resolution, fonts and cell sizes are told to it alone. */
export const MSO_HEAD = markup(
  `<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->
<!--[if mso]><style>table,td,th,p,h1,h2,a,span{font-family:'Segoe UI',Arial,sans-serif}td{font-size:13px;line-height:18px}</style><![endif]-->`,
);
