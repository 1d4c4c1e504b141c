import { statSync } from 'node:fs';
import { type FunctionName, zipOf } from './packages.ts';
import type { ColdStart } from './runtime-api.ts';

/** A process that did one event. */
export interface Measured extends ColdStart {
  readonly name: FunctionName;
  readonly node: string;
  /** The most memory that it held, its work included. */
  readonly peakMb: number;
}

/** The medians of each function and Node, for people: nothing fails because a machine is slow. */
export function coldStarts(all: readonly Measured[]): string {
  const head = ['function', 'Node', 'zip MB', 'to /next ms', 'its CPU ms', 'to handler ms', 'peak MB'];
  const kinds = [...new Set(all.map(({ name, node }) => `${name}@${node}`))].sort();
  const rows = kinds.map((kind) => {
    const of = all.filter(({ name, node }) => `${name}@${node}` === kind);
    const [name = '', node = ''] = kind.split('@');
    const zip = statSync(zipOf(name as FunctionName)).size / 1024 / 1024;
    const figures = [
      of.map(({ initMs }) => initMs),
      of.map(({ initCpuMs }) => initCpuMs),
      of.flatMap(({ handlerMs }) => handlerMs ?? []),
      of.map(({ peakMb }) => peakMb),
    ].map((values) => (values.length === 0 ? '-' : String(Math.round(median(values)))));
    return [name, node, zip.toFixed(1), ...figures];
  });
  return [head, ...rows]
    .map((row) => row.map((cell, i) => cell.padEnd(i === 0 ? 16 : 14)).join(''))
    .join('\n');
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
