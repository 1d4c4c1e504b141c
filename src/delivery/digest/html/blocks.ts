import { SHAPES } from '../view/names.ts';
import type {
  KeyFigure,
  LightRow,
  LightsBlock,
  ListBlock,
  ListRow,
  ProofLine,
  TopBlock,
  TopRow,
  Words,
} from '../view/view.ts';
import { type Content, type Html, html, markup } from './html.ts';
import { CSS, INK, LIGHT_STYLES, TABLE } from './style.ts';

/** A titled block of the one column. */
export function section(title: string, unit: string, body: Content): Html {
  const under = unit === '' ? undefined : html`<p class="m" style="${CSS.unit}">${unit}</p>`;
  return html`
<tr><td style="${CSS.section}"><h2 class="k" style="${CSS.title}">${title}</h2>${under}${body}</td></tr>`;
}

export function keyFigureTable(all: readonly KeyFigure[]): Html {
  const cells = all.map(
    ({ label, value, notes }, i) =>
      html`<td width="50%" valign="top" style="padding:14px ${i % 2 === 0 ? '8px 0 0' : '0 0 12px'}"><p class="m" style="${CSS.label}">${label}</p><p class="k" style="${CSS.value}">${value}</p><p class="m" style="${CSS.figureNote}">${joined(
        notes.map((note) => words(note.words)),
        markup('<br>'),
      )}</p></td>`,
  );
  const rows = cells
    .filter((_, i) => i % 2 === 0)
    .map((cell, i) => html`<tr>${cell}${cells[2 * i + 1]}</tr>`);
  return html`
<tr><td style="padding:8px 0 0 0"><table role="presentation" ${TABLE}>${rows}</table></td></tr>`;
}

export function lightsTable({ title, counts, unit, rows, total, after }: LightsBlock): Html {
  const head = ['Light', 'OU', 'To date', 'Run-rate', 'of budget'].map((name, i) =>
    headCell(name, i < 2 ? 'left' : 'right'),
  );
  const body = html`<table aria-label="${title}" ${TABLE}><tr valign="top">${head}</tr>${rows.map(lightRow)}${total === undefined ? undefined : totalLight(total)}</table>${paragraphs(after)}`;
  return section(title, [...counts, unit].join(' · '), body);
}

export function topTable({ title, unit, currency, rows, others, total }: TopBlock): Html {
  const head = ['Service, account, OU', currency, 'Share', 'vs usual'].map((name, i) =>
    headCell(name, i === 0 ? 'left' : 'right'),
  );
  const last = html`<tr valign="top"><td style="${CSS.total}">${total.name}</td>${[total.amount, total.share, total.change].map((text) => numberCell(text, CSS.total))}</tr>`;
  const body = html`<table aria-label="${title}" ${TABLE}><tr valign="top">${head}</tr>${rows.map((row) => topRow(row, CSS.strong))}${others === undefined ? undefined : topRow(others, CSS.name)}${last}</table>`;
  return section(title, unit, body);
}

export function listTable({ title, unit, rows, total, after }: ListBlock): Html {
  if (rows.length === 0) return section(title, unit, paragraphs(after));
  const last =
    total === undefined
      ? undefined
      : html`<tr valign="top"><td style="${CSS.total}">${total.name}</td>${numberCell(total.amount, CSS.total, 78)}</tr>`;
  const body = html`<table aria-label="${title}" ${TABLE}>${rows.map(listRow)}${last}</table>${paragraphs(after)}`;
  return section(title, unit, body);
}

export function proofTable(lines: readonly ProofLine[]): Html {
  const rows = lines.map(
    ({ label, text, code }) =>
      html`<tr valign="top"><td width="84" class="m" style="${CSS.proofLabel}">${label}</td><td style="${CSS.proof}">${code === true ? html`<span style="${CSS.code}">${text}</span>` : text}</td></tr>`,
  );
  return section('Proof', '', html`<table role="presentation" ${TABLE}>${rows}</table>`);
}

const paragraphs = (lines: readonly string[]): Html | undefined =>
  lines.length === 0 ? undefined : html`<p class="m" style="${CSS.after}">${lines.join(' ')}</p>`;

const headCell = (name: string, align: 'left' | 'right'): Html =>
  html`<th scope="col" align="${align}" valign="bottom" nowrap class="m" style="${CSS.head}${align === 'right' ? ';padding-left:6px' : ''}">${name}</th>`;

const numberCell = (text: string, style: Content, width?: number): Html =>
  html`<td${width === undefined ? undefined : html` width="${width}"`} align="right" nowrap style="${style};padding-left:6px">${text}</td>`;

function lightRow({ light, name, toDate, forecast, ofBudget, reason }: LightRow): Html {
  const status = LIGHT_STYLES[light];
  const alone = reason === '';
  const isWorry = light === 'over' || light === 'at risk';
  const [cell, nameStyle] = alone ? [CSS.only, CSS.onlyName] : [CSS.cell, isWorry ? CSS.strong : CSS.name];
  const last = isWorry
    ? html`<td width="56" align="right" nowrap class="${status.name}" style="color:${status.colour};font-weight:600;${cell};padding-left:6px">${ofBudget}</td>`
    : numberCell(ofBudget, cell, 56);
  const why = alone
    ? undefined
    : html`<tr valign="top"><td></td><td colspan="4" class="m" style="${CSS.note}">${reason}</td></tr>`;
  return html`<tr valign="top"><td width="72" nowrap class="${status.name}" style="color:${status.colour};font-weight:600;${cell};padding-right:6px">${SHAPES[light]}&nbsp;${noBreak(light)}</td><td style="${nameStyle}">${broken(name, 10)}</td>${numberCell(toDate, cell, 48)}${numberCell(forecast, cell, 56)}${last}</tr>${why}`;
}

function totalLight({ light, name, toDate, forecast, ofBudget }: LightRow): Html {
  const { name: status, colour } = LIGHT_STYLES[light];
  return html`<tr valign="top"><td nowrap class="${status}" style="color:${colour};${CSS.total}">${SHAPES[light]}&nbsp;${noBreak(light)}</td><td style="${CSS.total}">${name}</td>${numberCell(toDate, CSS.total)}${numberCell(forecast, CSS.total)}<td align="right" nowrap class="${status}" style="color:${colour};${CSS.total};padding-left:6px">${ofBudget}</td></tr>`;
}

function topRow({ service, who, amount, share, change, bar }: TopRow, style: Content): Html {
  // Cells, not divs: Word draws no width on anything else. The bar's cell ends where the share's column ends.
  const drawn =
    bar === 0
      ? undefined
      : html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td></td><td class="bar" width="${bar}%" height="4" style="height:4px;font-size:1px;line-height:4px;background:#b5bcc6">&nbsp;</td></tr></table>`;
  return html`<tr valign="top"><td style="${style}">${broken(service)}</td>${numberCell(amount, CSS.cell, 58)}${numberCell(share, CSS.cell, 58)}${numberCell(change, CSS.cell, 68)}</tr><tr valign="top"><td colspan="2" class="m" style="${CSS.note}">${broken(who)}</td><td style="padding:4px 0 0 16px">${drawn}</td><td></td></tr>`;
}

function listRow({ service, name, id, amount, notes, provisional, strong }: ListRow): Html {
  const after = id === undefined ? undefined : html` <span class="m" style="${CSS.muted}">(${id})</span>`;
  const what =
    service === undefined
      ? html`${broken(name)}${after}`
      : html`<b style="font-weight:600">${broken(service)}</b> · ${broken(name)}${after}`;
  const text = (content: Content): Content => (provisional === true ? html`<i>${content}</i>` : content);
  const [nameStyle, cell] =
    notes.length === 0
      ? [CSS.onlyName, CSS.only]
      : strong === true
        ? [CSS.strong, CSS.strongCell]
        : [CSS.name, CSS.cell];
  const below =
    notes.length === 0
      ? undefined
      : html`<tr valign="top"><td colspan="2" class="m" style="${CSS.note}">${joined(notes, markup('<br>'))}</td></tr>`;
  return html`<tr valign="top"><td style="${nameStyle}">${text(what)}</td><td width="78" align="right" nowrap style="${cell};padding-left:6px">${text(amount)}</td></tr>${below}`;
}

/** A run of words: numbers in ink, lights in their colour with shape and word. */
const words = (all: Words): Content =>
  all.map((word) => {
    if (typeof word === 'string') return word;
    if ('number' in word) return html`<span class="k" style="color:${INK}">${word.number}</span>`;
    const { name, colour } = LIGHT_STYLES[word.light];
    return html`<span class="${name}" style="color:${colour};font-weight:600">${SHAPES[word.light]}&nbsp;${noBreak(word.light)}</span>`;
  });

const joined = (parts: readonly Content[], by: Html): Content =>
  parts.map((part, i) => (i === 0 ? part : [by, part]));

/** Holds a short text on one line. */
const noBreak = (text: string): string => text.replaceAll(' ', '\u00a0');

/**
 * Where a name may break: not at the hyphens of a short word, but within a word of more than `wordMax` letters, or a phone
 * could not show it beside its figures.
 */
const broken = (name: string, wordMax = 16): Content =>
  name.split(' ').map((word, i) => {
    const space = i === 0 ? '' : ' ';
    if (word.length <= wordMax) return space + word.replaceAll('-', '\u2011');
    return [space, joined(word.match(PIECES) ?? [], markup('<wbr>'))];
  });
const PIECES = /.{1,8}/gu;
