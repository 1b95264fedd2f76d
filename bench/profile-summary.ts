import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ChildServer, Interval } from './child-server.js';
import { sum } from './statistics.js';

/** The parts of a V8 CPU profile (`.cpuprofile`, Chrome DevTools protocol `Profiler.Profile`) that are read here. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

const SHOWN = 25;
const IDLE = '(idle)';
/** Where a worker thread of tinypool waits for work; the profiler takes that for work. */
const WORKER_WAITS = 'atomicsWaitLoop';

/** Process and thread in the name of a profile; the main thread is 0. */
const PROFILE_NAME = /\.(?<pid>\d+)\.(?<thread>\d+)\.\d+\.cpuprofile$/;

/** Time spent, by name, in microseconds. */
type Times = Map<string, number>;

/**
 * Where the profiled servers spent their time while they were under load, as Markdown, the main thread apart from the
 * worker threads: by function (its own time, without what it calls), and by owner: time in Node's own JavaScript and
 * native code counts for the package or room that called it, and for `node` when an event of the loop did.
 * @param folder where the servers wrote their profiles
 * @param servers whose loads bound what counts; profiles of others are left out
 */
export function summariseProfiles(folder: string, servers: readonly ChildServer[]): string {
  const main = { functions: new Map() as Times, owners: new Map() as Times };
  const workers = { functions: new Map() as Times, owners: new Map() as Times };
  for (const file of readdirSync(folder)) {
    const { pid, thread } = PROFILE_NAME.exec(file)?.groups ?? {};
    const server = servers.find((candidate) => candidate.pid === Number(pid));
    if (server === undefined) continue;
    const { functions, owners } = thread === '0' ? main : workers;
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    for (const [node, microseconds] of timesUnderLoad(profile, server.loads)) {
      add(functions, node.name, microseconds);
      add(owners, node.owner, microseconds);
    }
  }
  return [
    ...tables('main thread', main.functions, main.owners),
    ...(workers.functions.size > 0 ? tables('worker threads', workers.functions, workers.owners) : []),
  ].join('\n');
}

function tables(threads: string, functions: Times, owners: Times): string[] {
  const idle = functions.get(IDLE) ?? 0;
  functions.delete(IDLE);
  owners.delete(IDLE);
  const busy = sum([...functions.values()]);
  return [
    `## Profile, ${threads}: ${(busy / 1e6).toFixed(1)} s busy, ${(idle / 1e6).toFixed(1)} s idle under load`,
    '',
    ...rank('owner, with what it calls in Node', owners, busy),
    ...rank('function, its own time', functions, busy),
  ];
}

interface NamedNode {
  readonly name: string;
  readonly owner: string;
}

function* timesUnderLoad(profile: CpuProfile, loads: readonly Interval[]): Generator<[NamedNode, number]> {
  const nodes = nameNodes(profile.nodes);
  let time = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    time += delta;
    const node = nodes.get(id);
    if (node !== undefined && loads.some(({ begin, end }) => begin <= time && time <= end)) yield [node, delta];
  }
}

function nameNodes(nodes: readonly ProfileNode[]): Map<number, NamedNode> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const named = new Map<number, NamedNode>();
  // A profile lists callers before what they call.
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    if (functionName === WORKER_WAITS) {
      named.set(id, { name: IDLE, owner: IDLE });
      continue;
    }
    const caller = named.get(parents.get(id) ?? -1);
    const own = functionName.startsWith('(') && url === '' ? functionName : ownerOf(url);
    named.set(id, {
      name: url === '' ? functionName : `${functionName || '(anonymous)'} ${shortened(url)}:${lineNumber + 1}`,
      owner: own ?? (caller === undefined || caller.owner === '(root)' ? 'node' : caller.owner),
    });
  }
  return named;
}

/** The package or the room that a script belongs to; undefined for Node's own and native code. */
function ownerOf(url: string): string | undefined {
  const [, packageName] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (packageName !== undefined) return packageName;
  const [, room] = /\/server\/dist\/src\/([\w-]+(?:\/[\w-]+)?)/.exec(url) ?? [];
  return room === undefined ? undefined : `server/src/${room}`;
}

/** `…/node_modules/knex/lib/raw.js` and `…/server/dist/src/main.js` from the package on. */
function shortened(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules\/|server\/dist\/)/, '$1');
}

function add(times: Times, name: string, microseconds: number): void {
  times.set(name, (times.get(name) ?? 0) + microseconds);
}

function rank(title: string, times: Times, busy: number): string[] {
  const lines = [...times]
    .sort(([, one], [, other]) => other - one)
    .slice(0, SHOWN)
    .map(
      ([name, time]) =>
        `| ${((time / busy) * 100).toFixed(1).padStart(5)} % | ${(time / 1000).toFixed(0)} ms | ${name} |`,
    );
  return [`| share | time | ${title} |`, '|---:|---:|---|', ...lines, ''];
}
