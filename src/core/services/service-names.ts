import { AWS_SERVICES } from './aws-services.ts';

/** A service as bills name it. `code` is the CUR product code: what A1 calls Service. */
export interface KnownService {
  readonly code: string;
  /** FOCUS ServiceCategory. */
  readonly category: string;
  /** Every other spelling, as seen in bills. */
  readonly names: readonly string[];
}

/** Every service of the shipped table, in its order. */
export const KNOWN_SERVICES: readonly KnownService[] = AWS_SERVICES.trim()
  .split('\n')
  .map((line) => {
    const [code = '', category = '', names = ''] = line.split('|').map((part) => part.trim());
    return { code, category, names: names === '' ? [] : names.split(' ; ').map((name) => name.trim()) };
  });

/**
 * Rows of the relation `service_names`: every spelling in lower case → the product code; no spelling twice.
 * The code's own spelling is among them, so that `awslambda` becomes `AWSLambda`.
 */
export const SERVICE_NAME_ROWS: readonly (readonly [spelling: string, code: string])[] =
  KNOWN_SERVICES.flatMap(({ code, names }) =>
    [...new Set([code, ...names].map((name) => name.toLowerCase()))].map((name) => [name, code] as const),
  );

/** [product code in lower case, FOCUS ServiceCategory]: for bills that say the code alone (CUR). Unknown codes are `Other`. */
export const SERVICE_CATEGORY_ROWS: readonly (readonly [code: string, category: string])[] =
  KNOWN_SERVICES.map(({ code, category }) => [code.toLowerCase(), category] as const);
