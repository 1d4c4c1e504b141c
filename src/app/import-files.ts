import { UserError } from '../core/errors/user-error.ts';
import { createLake, type Lake, openLakeIfAny } from '../lake/lake.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { readAccountMap } from './import-accounts.ts';
import { checkScopes, readBudgetFile } from './import-budgets.ts';
import { readRateFile } from './import-rates.ts';
import { type ImportDoors, type ImportOutcome, importInput } from './imports.ts';
import { NORMALISER_VERSION } from './lake-settings.ts';

export interface ImportTools extends ImportDoors {
  readonly store: ObjectStore;
}

/**
 * Makes the account map of a file the current one; `ouLevel` decides how many levels below Root make an OU.
 * @throws UserError `ACCOUNTS_INVALID`, `LAKE_EMPTY`
 */
export async function importAccounts(
  tools: ImportTools,
  path: string,
  ouLevel?: number,
): Promise<ImportOutcome> {
  const map = await readAccountMap(path);
  return importInput(tools, await lakeToDecideFor(tools), 'accounts', map, { ouLevel });
}

/** Makes the budgets of a file the current ones. @throws UserError `BUDGETS_INVALID`, `LAKE_EMPTY` */
export async function importBudgets(tools: ImportTools, path: string): Promise<ImportOutcome> {
  const budgets = await readBudgetFile(path);
  const lake = await lakeToDecideFor(tools);
  return importInput(tools, lake, 'budgets', budgets.decided, {
    check: (state) => checkScopes(tools.engine, lake, state, budgets),
  });
}

/** Makes the rates of a file the current ones. @throws UserError `RATES_INVALID`, `LAKE_EMPTY` */
export async function importRates(tools: ImportTools, path: string): Promise<ImportOutcome> {
  const lake = await lakeToDecideFor(tools);
  return importInput(tools, lake, 'rates', await readRateFile(path, lake.identity.reportingCurrency));
}

/**
 * The lake, made if there is none and REPORTING_CURRENCY is set: without a bill nobody else knows its currency.
 * @throws UserError `LAKE_EMPTY`
 */
export async function lakeToDecideFor({ store, settings, clock }: ImportTools): Promise<Lake> {
  const lake = await openLakeIfAny(store);
  if (lake !== undefined) return lake;
  if (settings.reportingCurrency === undefined) {
    throw new UserError('LAKE_EMPTY', {
      what: `There is no lake in ${store.location} yet, and nobody has said which currency it reports in`,
      remedy:
        'Ingest a bill first (an account map can come with it: spendlight ingest <files> --accounts FILE), or set REPORTING_CURRENCY.',
    });
  }
  return createLake(store, {
    normaliser: NORMALISER_VERSION,
    simulated: false,
    costMetric: settings.costMetric,
    reportingCurrency: settings.reportingCurrency,
    ouLevel: 1,
    createdAt: new Date(clock.now()).toISOString(),
  });
}
