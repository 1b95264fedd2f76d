import type { ChildServer } from '../child-server.js';
import type { Figure, Row } from '../figures.js';
import type { Comparison, Load } from '../slices.js';
import { RATIO_TARGETS } from '../targets.js';

/** A load that is compared with another. */
export interface TransferLoad {
  readonly id: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly connections: number;
}

export const MIB = 1024 * 1024;

export const KIB_4 = 4096;

/** What 1 MB and 4 KB are called, and how large they are. */
const SIZES = [
  { name: '1mb', label: '1 MB', sizeBytes: MIB },
  { name: '4kb', label: '4 KB', sizeBytes: KIB_4 },
] as const;

/** So large that a slice is one transfer. */
export const LARGE_BYTES = 256 * MIB;

/**
 * Loads of 1 MB and of 4 KB.
 * @param kind first word of the ids
 * @param what first words of the labels
 */
export function smallLoads(kind: string, what: string, connectionCounts: readonly number[]): TransferLoad[] {
  return SIZES.flatMap(({ name, label, sizeBytes }) =>
    connectionCounts.map((connections) => ({
      id: `${kind}-${name}-c${connections}`,
      label: `${what} ${label}, ${connectionsText(connections)}`,
      sizeBytes,
      connections,
    })),
  );
}

/** "1 connection", "16 connections". */
export function connectionsText(connections: number): string {
  return `${connections} connection${connections === 1 ? '' : 's'}`;
}

/**
 * @param kind first word of the ids
 * @param connectionCounts for the sizes 1 MB and 4 KB; 256 MB goes over one
 */
export function transferLoads(kind: 'push' | 'pull', connectionCounts: readonly number[]): TransferLoad[] {
  return [
    ...smallLoads(kind, kind, connectionCounts),
    { id: `${kind}-256mb-c1`, label: `${kind} 256 MB, 1 connection`, sizeBytes: LARGE_BYTES, connections: 1 },
  ];
}

/** What the slices of such a load have in common, whatever they do. */
export function sliceOf(load: TransferLoad, server: ChildServer, sliceMs: number) {
  return {
    port: server.port,
    connections: load.connections,
    until: load.sizeBytes >= LARGE_BYTES ? { requests: 1 } : { milliseconds: sliceMs },
    verifyEvery: 64,
  } as const;
}

/** What the two loads of a comparison are called, in the order of their slices. */
export type Sides = readonly [first: string, second: string];

/** The figures of a load: the ratio first, then what it is made of. */
export function comparisonRow(load: TransferLoad, comparison: Comparison, sides: Sides = ['ours', 'bare']): Row {
  const { id, label } = load;
  return { id, label, figures: [...ratioFigures(id, comparison, sides), ...loadFigures(load, comparison, sides)] };
}

/** The same of slices that are counted in documents. */
export function documentRow(load: TransferLoad, comparison: Comparison, sides: Sides): Row {
  const { id, label } = load;
  const figures = loadFigures(load, comparison, sides, 'document');
  return { id, label, figures: [...ratioFigures(id, comparison, sides), ...figures] };
}

/** The same with the time from a request to the last byte of its answer. */
export function latencyRow(load: TransferLoad, comparison: Comparison, sides: Sides): Row {
  const { id, label } = load;
  const times = each(comparison, sides).flatMap(([name, { p50Ms, p99Ms }]): Figure[] => [
    { name: `p50, ${name}`, value: p50Ms, unit: 'ms' },
    { name: `p99, ${name}`, value: p99Ms, unit: 'ms' },
  ]);
  return {
    id,
    label,
    figures: [...ratioFigures(id, comparison, sides), ...times, ...loadFigures(load, comparison, sides)],
  };
}

function ratioFigures(id: string, { ratio, ratios }: Comparison, sides: Sides): Figure[] {
  const target = RATIO_TARGETS[id];
  return [
    { name: sides.join('/'), value: ratio, unit: '×', ...(target && { target }) },
    { name: 'lowest pair', value: Math.min(...ratios), unit: '×' },
    { name: 'highest pair', value: Math.max(...ratios), unit: '×' },
  ];
}

function loadFigures(
  load: TransferLoad,
  comparison: Comparison,
  sides: Sides,
  counted: 'request' | 'document' = 'request',
): Figure[] {
  const named = each(comparison, sides);
  return [
    ...named.map(([name, side]) => rate(name, load, side)),
    ...named.map(([name, side]): Figure => ({
      name: `CPU a ${counted}, ${name}`,
      value: side.serverCpuMsPerRequest,
      unit: 'ms',
    })),
    ...named.map(([name, side]): Figure => ({
      name: `client CPU, ${name}`,
      value: side.clientCpuShare * 100,
      unit: '%',
    })),
  ];
}

function each({ first, second }: Comparison, sides: Sides): [name: string, side: Load][] {
  return [
    [sides[0], first],
    [sides[1], second],
  ];
}

function rate(name: string, load: TransferLoad, { requestsPerSecond }: Load): Figure {
  return load.sizeBytes >= LARGE_BYTES
    ? { name: `${name}, MB/s`, value: (requestsPerSecond * load.sizeBytes) / MIB, unit: '' }
    : { name, value: requestsPerSecond, unit: '/s' };
}
