/** What kind of work an account does: which services it uses, in weights, and how its week looks. */
export type Archetype =
  | 'web'
  | 'data'
  | 'media'
  | 'batch'
  | 'dev'
  | 'ml'
  | 'security'
  | 'network'
  | 'office'
  | 'callcenter';

/** How a day's level follows the weekday: Monday … Sunday, in 1/1000 of a usual weekday. */
export type Week = readonly [number, number, number, number, number, number, number];

export const WEEKS = {
  flat: [1000, 1000, 1000, 1000, 1000, 1000, 1000],
  traffic: [995, 1005, 1010, 1010, 1000, 850, 830],
  office: [1010, 1020, 1020, 1010, 960, 560, 540],
  work: [1010, 1030, 1030, 1010, 920, 320, 290],
  jobs: [1000, 1000, 1000, 1000, 1000, 0, 0],
  sunday: [0, 0, 0, 0, 0, 0, 1000],
} as const satisfies Record<string, Week>;
export type WeekName = keyof typeof WEEKS;

interface Habit {
  readonly week: WeekName;
  /** Service code → weight. The common tail is added to all. */
  readonly services: Readonly<Record<string, number>>;
}

/** What every account has a little of: mostly small money, many lines. */
// biome-ignore format: a table
export const COMMON: Readonly<Record<string, number>> = {
  AmazonCloudWatch: 34, AmazonEC2: 60, AmazonS3: 42, AmazonGuardDuty: 9, AWSConfig: 7, awskms: 3, AWSCloudTrail: 3,
  AmazonVPC: 12, AWSLambda: 8, AWSSecretsManager: 3, AWSQueueService: 2, AmazonSNS: 1, AWSSecurityHub: 3, AmazonECR: 3,
  AWSBackup: 8, AWSSystemsManager: 1, AWSEvents: 1, AmazonInspectorV2: 4, AmazonRoute53: 1, AmazonDynamoDB: 9,
};

// biome-ignore format: tables read better in rows
export const HABITS: Readonly<Record<Archetype, Habit>> = {
  web: {
    week: 'traffic',
    services: {
      AmazonEC2: 260, AmazonRDS: 170, AmazonElastiCache: 62, AWSELB: 58, AmazonECS: 74, AmazonCloudFront: 52, AmazonES: 44,
      AmazonDynamoDB: 36, AWSLambda: 24, awswaf: 14, AmazonApiGateway: 12, AmazonCognito: 5, AmazonSES: 3, AWSXRay: 2,
      AmazonEFS: 9, AmazonStates: 1, AmazonMQ: 7,
    },
  },
  data: {
    week: 'traffic',
    services: {
      AmazonS3: 190, AWSGlue: 120, AmazonRedshift: 110, ElasticMapReduce: 90, AmazonAthena: 54, AmazonKinesis: 40, AmazonMSK: 46,
      AmazonKinesisFirehose: 26, AmazonMWAA: 24, AmazonQuickSight: 20, AmazonStates: 3, AmazonRDS: 44, AmazonES: 30,
      AWSDatabaseMigrationSvc: 7, AWSTransfer: 8,
    },
  },
  media: {
    week: 'traffic',
    services: {
      AmazonCloudFront: 220, AmazonS3: 200, AmazonEC2: 160, AmazonRekognition: 34, AWSLambda: 36, AmazonECS: 50, AmazonRDS: 48,
      AWSELB: 24, awswaf: 12, AmazonES: 26, AWSTransfer: 8,
    },
  },
  batch: { week: 'flat', services: { AmazonEC2: 560, AmazonEKS: 22, AmazonEFS: 34, AmazonS3: 60, AmazonStates: 4, AmazonFSx: 30 } },
  dev: {
    week: 'work',
    services: {
      AmazonEC2: 240, CodeBuild: 90, AmazonRDS: 84, AmazonEKS: 30, AmazonECS: 44, AWSCodePipeline: 12, AWSELB: 26,
      AmazonElastiCache: 18, AmazonEFS: 9, AWSXRay: 2,
    },
  },
  ml: {
    week: 'flat',
    services: {
      AmazonSageMaker: 330, AmazonEC2: 150, AmazonS3: 90, AmazonBedrock: 80, AmazonFSx: 50, AmazonECR: 10, AmazonEFS: 12,
      AWSGlue: 24, AmazonStates: 2,
    },
  },
  security: {
    week: 'flat',
    services: {
      AmazonGuardDuty: 130, AWSSecurityHub: 80, AmazonMacie: 70, AWSCloudTrail: 60, AWSConfig: 60, AmazonS3: 120, AmazonES: 70,
      AmazonKinesisFirehose: 40, AmazonInspectorV2: 36, AWSLambda: 14, AmazonAthena: 12,
    },
  },
  network: {
    week: 'flat',
    services: { AmazonVPC: 190, AWSDirectConnect: 120, AmazonEC2: 160, AWSELB: 70, AmazonRoute53: 50, awswaf: 24, AWSTransfer: 10 },
  },
  office: {
    week: 'office',
    services: {
      AmazonWorkSpaces: 260, AmazonFSx: 110, AWSDirectoryService: 70, AmazonEC2: 150, AmazonRDS: 96, AmazonSES: 6, AWSELB: 16,
      AmazonDocDB: 26, AmazonQuickSight: 12, AWSTransfer: 10,
    },
  },
  callcenter: {
    week: 'office',
    services: {
      AmazonConnect: 300, AWSLambda: 40, AmazonDynamoDB: 44, AmazonRDS: 70, AmazonBedrock: 40, AmazonES: 26, AmazonCloudFront: 10,
      AmazonKinesis: 22, AWSELB: 14,
    },
  },
};

/** Services that cover most lines of a bill in other regions too: they look after all of an account. */
export const WATCHERS: readonly string[] = ['AmazonGuardDuty', 'AWSConfig', 'AWSCloudTrail', 'awskms'];

/** Services that stand still all week whatever the account does. */
export const STEADY: readonly string[] = [
  'AmazonRDS',
  'AmazonElastiCache',
  'AmazonRedshift',
  'AmazonES',
  'AmazonMSK',
  'AmazonVPC',
  'AWSDirectoryService',
  'AWSSecretsManager',
  'AmazonECR',
  'AmazonEFS',
  'AmazonFSx',
  'AmazonEKS',
  'AmazonMWAA',
  'AmazonQuickSight',
  'AWSBackup',
  'AmazonDocDB',
  'AmazonMQ',
  'AWSDirectConnect',
  'AmazonS3',
  'AWSSystemsManager',
  'AmazonInspectorV2',
];
