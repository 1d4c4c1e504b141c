import { UserError } from '../core/errors/user-error.ts';
import { BUILT_IN, builtInRules, type RuleSettings, type Rules } from '../core/rules/rules.ts';
import { applied, entryOf } from '../lake/catalog.ts';
import type { LakeChange, LakeState, VerdictMonth } from '../lake/catalog-types.ts';
import { readInput } from '../lake/inputs.ts';
import { inputKey, inputsPrefix } from '../lake/keys.ts';
import { type Lake, openLake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import { readRules } from '../lake/rules.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ImportTools } from './import-files.ts';
import { type ImportOutcome, importInput } from './imports.ts';
import { readRulesFile } from './read-rules.ts';
import { judgedMonths } from './verdicts.ts';

export interface RuleTools extends ImportTools {
  readonly settings: ImportTools['settings'] & RuleSettings;
}

/**
 * Puts the rules of a file in force: rollups and verdicts that they change are made anew in the same commit, so that
 * nobody sees new rules with old verdicts. Earlier verdicts stay readable as-of. @throws UserError `RULES_INVALID`, `LAKE_EMPTY`
 */
export async function importRules(tools: RuleTools, path: string): Promise<ImportOutcome> {
  const decided = await readRulesFile(path, tools.settings);
  const lake = await openLake(tools.store);
  const rules = decided.rows[0] ?? builtInRules(tools.settings);
  return importInput(tools, lake, 'rules', decided, {
    judge: (state, change) => judgedBy(tools, lake, rules, state, change),
  });
}

/** The verdicts that change with `rules`; none in a lake that no run has judged yet. */
async function judgedBy(
  { engine, clock, random }: RuleTools,
  lake: Lake,
  rules: Rules,
  state: LakeState,
  change: LakeChange,
): Promise<readonly VerdictMonth[]> {
  if (state.verdicts.length === 0) return [];
  const next = applied(state, entryOf(state, { previous: null, change, now: state.committedAt }));
  await pinLake(engine, lake, next);
  return judgedMonths(engine, lake, next, rules.spikes, clock, random);
}

/** A version of the rules. */
export interface RulesVersion {
  readonly version: number;
  readonly inForce: boolean;
  /** ISO 8601 UTC, and the file's name; undefined where they are built in. */
  readonly importedAt: string | undefined;
  readonly file: string | undefined;
  readonly rules: Rules;
}

/** The versions of the rules up to the one in force, oldest first; a number that an import took and was killed is not there. */
export async function listRules(
  store: ObjectStore,
  settings: RuleSettings,
): Promise<readonly RulesVersion[]> {
  const lake = await openLake(store);
  const { inputs } = await lake.head();
  const keys = new Set((await store.list(inputsPrefix('rules'))).map(({ key }) => key));
  const found: RulesVersion[] = [];
  for (let version = BUILT_IN; version <= inputs.rules; version++) {
    if (version !== BUILT_IN && !keys.has(inputKey('rules', version))) continue;
    const kept = await readInput(lake, 'rules', version);
    found.push({
      version,
      inForce: version === inputs.rules,
      importedAt: kept?.importedAt,
      file: kept?.file,
      rules: kept?.rows[0] ?? builtInRules(settings),
    });
  }
  return found;
}

/** Rules that somebody names: by version, or in a file that is not imported. */
export interface NamedRules {
  readonly name: string;
  readonly rules: Rules;
}

/** @throws UserError `VERSION_UNKNOWN` for a version that nobody imported, `RULES_INVALID`, `FILE_NOT_FOUND` */
export async function namedRules(lake: Lake, text: string, settings: RuleSettings): Promise<NamedRules> {
  const version = /^v?([1-9]\d{0,8})$/.exec(text)?.[1];
  if (version === undefined) {
    const { rows } = await readRulesFile(text, settings);
    return { name: text, rules: rows[0] ?? builtInRules(settings) };
  }
  const number = Number(version);
  if (number !== BUILT_IN && (await lake.store.head(inputKey('rules', number))) === undefined) {
    throw new UserError('VERSION_UNKNOWN', {
      what: `There is no version ${number} of the rules`,
      remedy:
        'spendlight rules list names the versions there are; a file can be compared before it is imported.',
    });
  }
  return { name: `version ${number}`, rules: await readRules(lake, number, settings) };
}
