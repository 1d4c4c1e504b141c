declare const brand: unique symbol;

/** Markup that is safe to send. Made only by the tag `html` (and `markup`, for our own constants). */
export type Html = { readonly text: string } & { readonly [brand]: 'Html' };

/** What may stand in a template: markup as it is, everything else escaped, `undefined` as nothing. */
export type Content = Html | string | number | undefined | readonly Content[];

/** Builds markup; every value that is not `Html` itself is escaped, in text and in quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return markup(
    parts.reduce((all, part, i) => all + part + (i < values.length ? rendered(values[i]) : ''), ''),
  );
}

/** Our own text as markup, unescaped. Never for anything that comes from a bill, a file or a setting. */
export const markup = (text: string): Html => ({ text }) as Html;

function rendered(value: Content): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'text' in value ? value.text : value.map(rendered).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\u00a0': '&nbsp;',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"'\u00a0]/g, (letter) => ENTITIES[letter] ?? letter);
