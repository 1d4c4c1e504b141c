/** A region of AWS as bills spell it. `prefix` begins its usage types. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
}

/** The regions of the simulated organisation; accounts live in one of the first four and look after all. */
export const REGIONS: readonly Region[] = [
  { id: 'eu-central-1', name: 'EU (Frankfurt)', prefix: 'EUC1-' },
  { id: 'eu-west-1', name: 'EU (Ireland)', prefix: 'EU-' },
  { id: 'us-east-1', name: 'US East (N. Virginia)', prefix: '' },
  { id: 'eu-north-1', name: 'EU (Stockholm)', prefix: 'EUN1-' },
  { id: 'us-west-2', name: 'US West (Oregon)', prefix: 'USW2-' },
  { id: 'ap-southeast-1', name: 'Asia Pacific (Singapore)', prefix: 'APS1-' },
  { id: 'ap-northeast-1', name: 'Asia Pacific (Tokyo)', prefix: 'APN1-' },
];
