import path from 'node:path';
import { importsOf, type Import, type Source } from './sources.js';

/** A broken rule, said so that its reader knows where and why. */
export type Violation = string;

const SERVER = 'server/src/';

/**
 * Who may import whom (docs: the map of the house in CONTRIBUTING.md). A room may always import itself.
 * `operations` are a feature's operation files, `operation table` is features/operations.ts.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  main: ['admin', 'compose', 'config', 'http', 'kernel'],
  admin: ['features', 'kernel'],
  compose: [
    'config',
    'http',
    'operation table',
    'features',
    'journal',
    'search-index',
    'extraction',
    'text',
    'blobs',
    'db',
    'kernel',
  ],
  config: ['kernel'],
  http: ['kernel'],
  'operation table': ['operations', 'features', 'http', 'kernel'],
  operations: ['features', 'http', 'kernel'],
  features: ['journal', 'search-index', 'extraction', 'text', 'blobs', 'db', 'kernel'],
  journal: ['db', 'kernel'],
  'search-index': ['db', 'kernel'],
  extraction: ['text', 'kernel'],
  text: ['kernel'],
  blobs: ['kernel'],
  db: ['kernel'],
  kernel: [],
};

/** Rooms that others enter through index.ts only. */
const DOORS = /^(?<room>admin|db|blobs|journal|search-index|extraction|text|features\/[^/]+)\//;

/** The rooms' arrows: each file imports only what its room may. Unit tests may reach further. */
export function followArrows(sources: readonly Source[]): Violation[] {
  return crossings(sources).flatMap(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (room === undefined || other === undefined) return [`${SERVER}${room === undefined ? from : to} is in no room`];
    return room === other || arrows[room]?.includes(other)
      ? []
      : [`${from} imports ${to}: ${room} may not know ${other}`];
  });
}

/** Rooms with a door are entered through it: index.ts. */
export function useDoors(sources: readonly Source[]): Violation[] {
  return crossings(sources).flatMap(({ from, to }) => {
    const door = DOORS.exec(to)?.groups?.['room'];
    if (door === undefined || from.startsWith(`${door}/`) || to === `${door}/index.ts`) return [];
    if (roomOf(from) === 'operation table' && roomOf(to) === 'operations') return [];
    return [`${from} imports ${to}: other rooms enter ${door} through its index.ts`];
  });
}

/** Features may use each other, but not in a circle. */
export function noFeatureCycles(sources: readonly Source[]): Violation[] {
  const uses = new Map<string, Set<string>>();
  for (const { from, to } of crossings(sources)) {
    const [user, used] = [featureOf(from), featureOf(to)];
    if (user === undefined || used === undefined || user === used) continue;
    uses.set(user, (uses.get(user) ?? new Set()).add(used));
  }
  return findCycles(uses).map((cycle) => `features import each other in a circle: ${cycle.join(' → ')}`);
}

/** The kernel stands on nothing but Node; the contract's types are words, too, and leave no trace at run time. */
export function kernelStandsAlone(sources: readonly Source[]): Violation[] {
  return serverFiles(sources)
    .filter(({ path: place }) => roomOf(place.slice(SERVER.length)) === 'kernel')
    .flatMap((source) =>
      importsOf(source)
        .filter(({ specifier }) => !specifier.startsWith('./') && !specifier.startsWith('node:'))
        .filter(({ specifier, typeOnly }) => !(isSdk(specifier) && typeOnly))
        .map(({ specifier }) => `${source.path} imports ${specifier}: the kernel imports nothing`),
    );
}

/** The server takes only types from the SDK. */
export function sdkAsTypesOnly(sources: readonly Source[]): Violation[] {
  return serverFiles(sources).flatMap((source) =>
    importsOf(source)
      .filter(({ specifier, typeOnly }) => isSdk(specifier) && !typeOnly)
      .map(({ specifier }) => `${source.path} imports values from ${specifier}; use \`import type\``),
  );
}

/** What the contract says of an operation. */
export interface ContractOperation {
  readonly operationId: string;
  readonly tag: string;
}

/** Each operation of the contract is one file in the feature that its tag names, and there are no others. */
export function operationsMatchContract(
  sources: readonly Source[],
  operations: readonly ContractOperation[],
): Violation[] {
  const wanted = new Set(operations.map(({ tag, operationId }) => `features/${tag}/operations/${operationId}.ts`));
  const found = new Set(
    serverFiles(sources)
      .map(({ path: place }) => place.slice(SERVER.length))
      .filter((place) => roomOf(place) === 'operations'),
  );
  return [
    ...[...wanted].filter((place) => !found.has(place)).map((place) => `${place} is missing: the contract has it`),
    ...[...found].filter((place) => !wanted.has(place)).map((place) => `${place} is in no operation of the contract`),
  ];
}

/** Every migration file is imported by the list in migrations/index.ts, and no two have the same number. */
export function migrationsAreListed(sources: readonly Source[]): Violation[] {
  const folder = `${SERVER}db/migrations/`;
  const list = sources.find(({ path: place }) => place === `${folder}index.ts`);
  const listed = new Set(list === undefined ? [] : importsOf(list).map(({ target }) => target));
  const files = serverFiles(sources)
    .map(({ path: place }) => place)
    .filter((place) => place.startsWith(folder) && place !== list?.path);
  const numbers = files.map((place) => /^\d{3}(?=-)/.exec(path.posix.basename(place))?.[0]);
  return [
    ...files.filter((_, at) => numbers[at] === undefined).map((place) => `${place} does not begin with a number: 001-`),
    ...files.filter((_, at) => numbers.indexOf(numbers[at]) !== at).map((place) => `${place}: its number is taken`),
    ...files.filter((place) => !listed.has(place)).map((place) => `${place} is not in the list of migrations`),
  ];
}

/** The server's own sources: no unit tests, nor what stands in testing/ for them, which has no room here. */
function serverFiles(sources: readonly Source[]): Source[] {
  return sources.filter(
    ({ path: place }) =>
      place.startsWith(SERVER) && !place.includes('/testing/') && !/\.(test|contract|d)\.ts$/.test(place),
  );
}

/** Imports between the server's files, both ends from server/src. */
function crossings(sources: readonly Source[]): { from: string; to: string }[] {
  const inServer = (found: Import): found is Import & { target: string } => found.target?.startsWith(SERVER) ?? false;
  return serverFiles(sources).flatMap((source) =>
    importsOf(source)
      .filter(inServer)
      .map(({ target }) => ({ from: source.path.slice(SERVER.length), to: target.slice(SERVER.length) })),
  );
}

function roomOf(place: string): string | undefined {
  if (place === 'features/operations.ts') return 'operation table';
  if (/^features\/[^/]+\/operations\//.test(place)) return 'operations';
  if (/^features\/[^/]+\/./.test(place)) return 'features';
  const room =
    /^(?:(?<file>main|compose|config)\.ts|(?<folder>admin|config|http|journal|search-index|extraction|text|blobs|db|kernel)\/.*)$/.exec(
      place,
    )?.groups;
  return room?.['file'] ?? room?.['folder'];
}

function featureOf(place: string): string | undefined {
  return /^features\/([^/]+)\//.exec(place)?.[1];
}

function isSdk(specifier: string): boolean {
  return specifier === '@document-sync/sdk' || specifier.startsWith('@document-sync/sdk/');
}

/** The circles of a graph, each once, as the way round: a → b → a. */
export function findCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const walk = (node: string, way: readonly string[]): void => {
    const at = way.indexOf(node);
    if (at >= 0) cycles.push([...way.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return cycles;
}
