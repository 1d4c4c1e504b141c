/** Counts of a campaign. */
export class Tally {
  readonly #cases = new Map<string, { cases: number; wrong: number }>();
  readonly #ends = new Map<string, Map<string, number>>();
  wrong = 0;
  cases = 0;

  add(kind: string, operation: string, happened: string, wrong: readonly string[]): void {
    const key = JSON.stringify([kind, operation]);
    const counted = this.#cases.get(key) ?? { cases: 0, wrong: 0 };
    counted.cases += 1;
    if (wrong.length > 0) counted.wrong += 1;
    this.#cases.set(key, counted);
    this.cases += 1;
    if (wrong.length > 0) this.wrong += 1;
    const ends = this.#ends.get(kind) ?? new Map<string, number>();
    ends.set(happened, (ends.get(happened) ?? 0) + 1);
    this.#ends.set(kind, ends);
  }

  /** A table of kinds by operations, then what came of each kind. */
  text(): string {
    const keys = [...this.#cases.keys()].map((key) => JSON.parse(key) as [string, string]);
    const kinds = [...new Set(keys.map(([kind]) => kind))].sort();
    const operations = [...new Set(keys.map(([, operation]) => operation))].sort();
    const cell = (kind: string, operation: string): string => {
      const counted = this.#cases.get(JSON.stringify([kind, operation]));
      if (counted === undefined) return '·';
      return counted.wrong === 0 ? String(counted.cases) : `${counted.cases} (${counted.wrong} wrong)`;
    };
    const rows = [
      ['fault', ...operations, 'what came of it'],
      ...kinds.map((kind) => [
        kind,
        ...operations.map((operation) => cell(kind, operation)),
        this.#endsOf(kind),
      ]),
    ];
    const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
    const lines = rows.map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    return `${lines.join('\n')}\n${this.cases} faults, ${this.wrong} wrong after recovery`;
  }

  #endsOf(kind: string): string {
    const ends = [...(this.#ends.get(kind) ?? [])].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return ends.map(([end, count]) => `${count} ${end}`).join(', ');
  }
}
