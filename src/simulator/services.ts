import { KNOWN_SERVICES } from '../core/services/service-names.ts';
import type { Product } from './products.ts';

/** What a line says of the thing bought: the columns that hang on the meter alone. */
export interface Service {
  /** CUR product code; null for what AWS Marketplace sells. */
  readonly code: string | null;
  readonly name: string;
  readonly category: string;
  readonly subcategory: string;
  readonly meter: string | null;
  readonly operation: string | null;
  readonly unit: string | null;
  readonly description: string;
  readonly resourceType: string | null;
  readonly resource: string | null;
  /** Who made it; `AWS` but for Marketplace. */
  readonly publisher: string;
}

const KNOWN = new Map(KNOWN_SERVICES.map((service) => [service.code, service]));

/** The name that bills print for a product code, and its category; both from the shipped table. */
export const named = (code: string): { readonly name: string; readonly category: string } => ({
  name: KNOWN.get(code)?.names[0] ?? code,
  category: KNOWN.get(code)?.category ?? 'Other',
});

/** A meter of the price table as a service. */
export const serviceOf = (product: Product, listPrice: string): Service => ({
  code: product.code,
  ...named(product.code),
  subcategory: product.subcategory,
  meter: product.meter,
  operation: product.operation,
  unit: product.unit,
  description: `${listPrice} USD per ${product.unit}, ${product.meter}`,
  resourceType: product.resourceType,
  resource: product.resource,
  publisher: 'AWS',
});
