import { Command, Option } from 'commander';
import type { ColumnDef, Row } from '../ports/engine.ts';
import type { Doors } from './doors.ts';
import { asCsv, asJson, asObjects, asTable } from './shape.ts';

type Format = 'table' | 'csv' | 'json';

/** `query "<SELECT …>"`: the lake as SQL. */
export const queryCommand = (doors: Doors): Command =>
  new Command('query')
    .summary('ask the lake in SQL')
    .description(
      'Answers one SELECT over cost_lines, daily_costs, ou_breakdown, verdicts, restatements, arrivals, accounts, account_map, budgets and fx_rates.\n' +
        'Of events: cost_events, events_daily_summary and events_monthly_summary.\n' +
        'Nothing can be changed by it. Amounts are exact: in JSON they are strings.',
    )
    .argument('<select>', 'the SQL, for example "SELECT OU, sum(DailyCost) FROM ou_breakdown GROUP BY OU"')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['table', 'csv', 'json']).default('table'),
    )
    .action(async (text: string, { format }: { format: Format }) => {
      const { ask } = await import('../app/ask.ts');
      const { columns, rows } = await ask(await doors.asker(), await doors.store(), text, doors.settings());
      doors.print(printed(doors.json() ? 'json' : format, columns, rows));
    });

function printed(format: Format, columns: readonly ColumnDef[], rows: readonly Row[]): string {
  if (format === 'json') return `${asJson(asObjects(columns, rows))}\n`;
  if (format === 'csv') return asCsv(columns, rows);
  const align = columns.map(({ type }) => (/^(decimal|double|real|.*int)/.test(type) ? 'right' : 'left'));
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
  return asTable(
    columns.map(({ name }) => name),
    cells,
    align,
  );
}
