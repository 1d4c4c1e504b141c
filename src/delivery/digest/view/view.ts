import type { Light } from '../../../core/budget/light.ts';
import type { DailyChart } from '../../../core/chart/daily-chart.ts';

/**
 * A digest in words and printed numbers: what both faces, HTML and text, say alike. Every figure is rounded here, once.
 * Texts are plain (nothing is escaped yet), with no-break spaces between a number and its unit.
 */
export interface DigestView {
  readonly subject: string;
  /** Day that heads the digest, with its year, or the run's day. */
  readonly date: string;
  readonly simulated: boolean;
  readonly sentence: string;
  readonly second: string;
  /** Metric and unit, then freshness: said once for all that follows. */
  readonly meta: readonly (readonly string[])[];
  /** Each line a sentence or a clause about what is wrong; empty when all is well. */
  readonly trouble: readonly string[];
  readonly figures: readonly KeyFigure[];
  readonly picture: Picture | undefined;
  readonly lights: LightsBlock | undefined;
  readonly top: TopBlock | undefined;
  /** Movers to kinds of charge, in the order of the digest. */
  readonly lists: readonly ListBlock[];
  readonly arriving: ListBlock | undefined;
  readonly proof: readonly ProofLine[];
  readonly foot: Foot;
}

/** A run of text. `number`: in ink among muted words. `light`: coloured by status. */
export type Words = readonly (string | { readonly number: string } | { readonly light: Light })[];

/** One of the big numbers. A note is one line in HTML; in text notes are joined by commas. */
export interface KeyFigure {
  readonly label: string;
  /** Shorter label for the text twin. */
  readonly brief: string;
  readonly value: string;
  readonly notes: readonly { readonly words: Words; readonly brief?: Words }[];
}

export interface Picture {
  readonly title: string;
  readonly unit: string;
  readonly alt: string;
  readonly chart: DailyChart;
  /** What is in the chart, for its legend. */
  readonly has: { readonly [part in 'onChargeDate' | 'arriving' | 'runRate' | 'plan' | 'spike']: boolean };
  /** The day whose charges of their own stand out most: `Sun 1 Nov holds 9,404 fees and tax`. */
  readonly note: string | undefined;
}

export interface LightsBlock {
  readonly title: string;
  /** `1 over`, `2 at risk` … */
  readonly counts: readonly string[];
  readonly unit: string;
  readonly rows: readonly LightRow[];
  readonly total: LightRow | undefined;
  /** Budget that belongs to no OU; budgets of the rows and this add up to the total's. */
  readonly reserve: string | undefined;
  readonly after: readonly string[];
}

export interface LightRow {
  readonly light: Light;
  readonly name: string;
  readonly toDate: string;
  readonly forecast: string;
  readonly budget: string;
  readonly ofBudget: string;
  /** Month to date against plan: `−3.1 %`. */
  readonly pace: string;
  /** Why the light, then the pace in words; empty where the light says it all. */
  readonly reason: string;
  /** Why the light, and nothing of the pace. */
  readonly why: string;
}

export interface TopBlock {
  readonly title: string;
  readonly unit: string;
  readonly brief: string;
  readonly currency: string;
  readonly rows: readonly TopRow[];
  readonly others: TopRow | undefined;
  readonly total: {
    readonly name: string;
    readonly amount: string;
    readonly share: string;
    readonly change: string;
  };
}

export interface TopRow {
  readonly service: string;
  /** `prod-media (723220334139), Marketing`, and for the text twin `prod-media · Marketing`. */
  readonly who: string;
  readonly brief: string;
  readonly amount: string;
  readonly share: string;
  readonly change: string;
  /** Length of the bar, 0 … 100, against the largest row. */
  readonly bar: number;
}

/** A list of names with one amount each, and often a total below. A block without rows says why in `after`. */
export interface ListBlock {
  readonly title: string;
  readonly unit: string;
  /** The unit for the text twin, short enough to stand at the right of the title. */
  readonly brief: string;
  readonly rows: readonly ListRow[];
  readonly total: { readonly name: string; readonly amount: string } | undefined;
  readonly after: readonly string[];
}

export interface ListRow {
  /** What the row is: in text a column of its own. */
  readonly service?: string;
  readonly name: string;
  /** Muted, after the name: the id of an account. */
  readonly id?: string;
  /** In text, in place of the id. */
  readonly brief?: string;
  readonly amount: string;
  /** Muted lines below; the first ones may be left to HTML alone. */
  readonly notes: readonly string[];
  readonly briefNotes?: readonly string[];
  /** Printed in italics: lines are missing. */
  readonly provisional?: boolean;
  /** The row that the others lead to. */
  readonly strong?: boolean;
}

export interface ProofLine {
  readonly label: string;
  readonly text: string;
  /** A hash or a command: monospaced, may break anywhere. */
  readonly code?: boolean;
}

export interface Foot {
  readonly attachment: string;
  readonly links: readonly { readonly text: string; readonly url: string }[];
  readonly why: string;
}
