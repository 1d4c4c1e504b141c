import type { Archetype } from './archetypes.ts';

/** An account as it is told before any chance. Days are relative to the newest complete day (0), earlier ones negative. */
export interface AccountSketch {
  readonly name: string | null;
  /** OU path below Root; null: in no OU, so it goes to Unmapped. */
  readonly ou: string | null;
  readonly archetype: Archetype;
  /** USD of usage on a usual weekday near the end. */
  readonly usd: number;
  readonly opens?: number;
  /** Last day with usage. */
  readonly closes?: number;
  readonly id?: string;
  /** Services whose money is fixed: USD on a usual weekday near the end. */
  readonly pins?: Readonly<Record<string, number>>;
  /** Index into REGIONS. */
  readonly region?: number;
}

/** Which season an OU follows, and which lights its budget is meant to show (forecast in 1/1000 of the budget; null: no budget). */
export interface OuSketch {
  readonly path: string;
  readonly season: 'even' | 'retail' | 'office';
  readonly ofBudget: number | null;
}

/** The twelve OUs. Names with blanks, an ampersand and a long one on purpose. */
export const OUS: readonly OuSketch[] = [
  { path: 'Platform', season: 'even', ofBudget: 916 },
  { path: 'Commercial', season: 'retail', ofBudget: 904 },
  { path: 'Data & Analytics', season: 'even', ofBudget: 1017 },
  { path: 'Marketing', season: 'even', ofBudget: 1121 },
  { path: 'Payments', season: 'even', ofBudget: 908 },
  { path: 'Logistics', season: 'even', ofBudget: 972 },
  { path: 'Mobile', season: 'even', ofBudget: 896 },
  { path: 'Customer Support & Field Operations', season: 'office', ofBudget: 911 },
  { path: 'Corporate IT', season: 'office', ofBudget: 882 },
  { path: 'Security', season: 'even', ofBudget: 918 },
  { path: 'Research', season: 'even', ofBudget: 900 },
  { path: 'Sandbox', season: 'even', ofBudget: null },
];

const account = (
  ou: string | null,
  name: string | null,
  archetype: Archetype,
  usd: number,
  more: Partial<AccountSketch> = {},
): AccountSketch => ({ ou, name, archetype, usd, ...more });

/**
 * The accounts, most telling first: a smaller organisation takes the first ones and still has every kind of line.
 * Figures follow the digest that the project aims at: about 240,000 USD a month.
 */
export const ACCOUNTS: readonly AccountSketch[] = [
  account('Marketing', 'prod-media', 'media', 545, {
    id: '723220334139',
    region: 0,
    pins: { AmazonS3: 198, AmazonEC2: 136 },
  }),
  account('Data & Analytics', 'lake-etl', 'data', 365, {
    id: '489770928269',
    region: 0,
    pins: { AWSGlue: 128, AmazonS3: 88 },
  }),
  account('Platform', 'prod-core', 'web', 600, { region: 0, pins: { AmazonEC2: 262, AmazonRDS: 104 } }),
  account('Sandbox', 'sandbox-a', 'dev', 54, { region: 1 }),
  account(null, 'acq-nordics', 'web', 88, { id: '706468466818', region: 3 }),
  account('Payments', 'pay-prod', 'web', 530, { region: 0, pins: { AmazonRDS: 216, AmazonEC2: 88 } }),
  account('Commercial', 'shop-prod', 'web', 650, {
    region: 0,
    pins: { AmazonCloudFront: 118, AmazonRDS: 104, AmazonEC2: 94 },
  }),
  account('Platform', 'batch', 'batch', 440, { region: 0, pins: { AmazonEC2: 371 } }),
  account('Corporate IT', 'legacy-crm', 'office', 64, { id: '012345678901', region: 1, closes: -211 }),
  account('Research', 'research-lab', 'ml', 94, { region: 2, opens: -8 }),
  account('Data & Analytics', 'warehouse', 'data', 335, {
    region: 0,
    pins: { AmazonRedshift: 92, AmazonEC2: 104 },
  }),
  account('Platform', 'app-dr', 'web', 6, { region: 1, closes: -14 }),
  account(null, null, 'web', 57, { id: '897609768903', region: 0 }),
  account('Security', 'sec-audit', 'security', 92, { region: 0 }),
  account('Mobile', 'app-prod', 'web', 246, { region: 0 }),
  account('Logistics', 'wms-prod', 'web', 196, { region: 1 }),
  account('Customer Support & Field Operations', 'helpdesk', 'callcenter', 158, { region: 0 }),
  account('Corporate IT', 'workspaces', 'office', 150, { region: 0 }),
  account('Data & Analytics', 'ml-train', 'ml', 152, { region: 2 }),
  account('Platform', 'prod-web', 'web', 215, { region: 0, pins: { AmazonEC2: 93 } }),
  account('Platform', 'shared-net', 'network', 112, { region: 0 }),
  account('Platform', 'observability', 'data', 96, { region: 0, pins: { AmazonCloudWatch: 28 } }),
  account('Commercial', 'catalog', 'web', 170, { region: 0 }),
  account('Commercial', 'search-prod', 'web', 138, { region: 0, pins: { AmazonES: 52 } }),
  account('Commercial', 'pricing', 'data', 116, { region: 0 }),
  account('Marketing', 'campaign', 'web', 135, { region: 0 }),
  account('Payments', 'ledger', 'web', 138, { region: 0 }),
  account('Payments', 'fraud', 'ml', 130, { region: 0 }),
  account('Data & Analytics', 'streaming', 'data', 136, {
    region: 0,
    pins: { AmazonKinesis: 41, AmazonMSK: 33 },
  }),
  account('Data & Analytics', 'bi-prod', 'data', 108, { region: 1 }),
  account('Commercial', 'loyalty', 'web', 66, { region: 1, opens: -196 }),
  account('Commercial', 'shop-stage', 'dev', 82, { region: 0 }),
  account('Mobile', 'push', 'web', 88, { region: 2 }),
  account('Mobile', 'app-stage', 'dev', 52, { region: 0 }),
  account('Mobile', 'app-builds', 'dev', 48, { region: 2 }),
  account('Logistics', 'routing', 'ml', 112, { region: 1 }),
  account('Logistics', 'tracking', 'web', 76, { region: 1 }),
  account('Customer Support & Field Operations', 'field-app', 'web', 112, { region: 0 }),
  account('Customer Support & Field Operations', 'call-center', 'callcenter', 94, { region: 0 }),
  account('Customer Support & Field Operations', 'kb-search', 'web', 22, { region: 0 }),
  account('Corporate IT', 'erp-bridge', 'office', 98, { region: 0 }),
  account('Corporate IT', 'identity', 'office', 42, { region: 0 }),
  account('Corporate IT', 'mail-relay', 'office', 16, { region: 1 }),
  account('Security', 'log-archive', 'security', 108, { region: 0 }),
  account('Security', 'sec-tools', 'security', 52, { region: 0 }),
  account('Platform', 'ci-runners', 'dev', 112, { region: 0 }),
  account('Platform', 'artifacts', 'dev', 42, { region: 0 }),
  account('Platform', 'dns-core', 'network', 18, { region: 2 }),
  account('Platform', 'platform-stage', 'dev', 62, { region: 0 }),
  account('Payments', 'pay-stage', 'dev', 58, { region: 0 }),
  account('Payments', 'pci-logs', 'security', 40, { region: 0 }),
  account('Marketing', 'web-cms', 'web', 84, { region: 0 }),
  account('Marketing', 'crm-sync', 'data', 62, { region: 1 }),
  account('Marketing', 'events-live', 'media', 46, { region: 1 }),
  account('Logistics', 'wms-stage', 'dev', 34, { region: 1 }),
  account('Data & Analytics', 'data-dev', 'dev', 46, { region: 0 }),
  account('Research', 'research-hpc', 'batch', 38, { region: 2, opens: -8 }),
  account('Sandbox', 'sandbox-b', 'dev', 44, { region: 1 }),
  account('Sandbox', '研究-sandbox, "β"', 'ml', 26, { region: 6 }),
  account('Commercial', 'gift-cards', 'web', 44, { region: 0 }),
];
