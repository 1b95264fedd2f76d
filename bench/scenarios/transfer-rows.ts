import type { Row } from '../figures.js';
import type { Comparison, Load } from '../slices.js';
import { RATIO_TARGETS } from '../targets.js';

/** A load of pushes or pulls. */
export interface TransferLoad {
  readonly id: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly connections: number;
}

export const MIB = 1024 * 1024;

/** What 1 MB and 4 KB are called, and how large they are. */
const SIZES = [
  { name: '1mb', label: '1 MB', sizeBytes: MIB },
  { name: '4kb', label: '4 KB', sizeBytes: 4096 },
] as const;

/** So large that a slice is one transfer. */
export const LARGE_BYTES = 256 * MIB;

/**
 * @param kind first word of the ids
 * @param connectionCounts for the sizes 1 MB and 4 KB; 256 MB goes over one
 */
export function transferLoads(kind: 'push' | 'pull', connectionCounts: readonly number[]): TransferLoad[] {
  const small = SIZES.flatMap(({ name, label, sizeBytes }) =>
    connectionCounts.map((connections) => ({
      id: `${kind}-${name}-c${connections}`,
      label: `${kind} ${label}, ${connections} connection${connections === 1 ? '' : 's'}`,
      sizeBytes,
      connections,
    })),
  );
  return [
    ...small,
    { id: `${kind}-256mb-c1`, label: `${kind} 256 MB, 1 connection`, sizeBytes: LARGE_BYTES, connections: 1 },
  ];
}

/** When a slice of this load ends. */
export function sliceEnd(load: TransferLoad, sliceMs: number): { milliseconds: number } | { requests: number } {
  return load.sizeBytes >= LARGE_BYTES ? { requests: 1 } : { milliseconds: sliceMs };
}

/** The figures of a load: the ratio first, then what it is made of. */
export function comparisonRow(load: TransferLoad, comparison: Comparison): Row {
  const { ratio, ratios, first: ours, second: bare } = comparison;
  const target = RATIO_TARGETS[load.id];
  return {
    id: load.id,
    label: load.label,
    figures: [
      { name: 'ours/bare', value: ratio, unit: '×', ...(target && { target }) },
      { name: 'lowest pair', value: Math.min(...ratios), unit: '×' },
      { name: 'highest pair', value: Math.max(...ratios), unit: '×' },
      rate('ours', load, ours),
      rate('bare', load, bare),
      { name: 'CPU a request, ours', value: ours.serverCpuMsPerRequest, unit: 'ms' },
      { name: 'CPU a request, bare', value: bare.serverCpuMsPerRequest, unit: 'ms' },
      { name: 'client CPU, ours', value: ours.clientCpuShare * 100, unit: '%' },
      { name: 'client CPU, bare', value: bare.clientCpuShare * 100, unit: '%' },
    ],
  };
}

function rate(name: string, load: TransferLoad, { requestsPerSecond }: Load) {
  return load.sizeBytes >= LARGE_BYTES
    ? { name: `${name}, MB/s`, value: (requestsPerSecond * load.sizeBytes) / MIB, unit: '' as const }
    : { name: `${name}`, value: requestsPerSecond, unit: '/s' as const };
}
