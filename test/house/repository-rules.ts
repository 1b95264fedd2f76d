import path from 'node:path';
import { findCycles, type Violation } from './server-rules.js';
import { importsOf, readsEnvironment, type Source } from './sources.js';

const MAX_LINES = 300;
const PACKAGES = ['sdk', 'server', 'cli'];

/** What a package may import of the others; by name, never by a path into them. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  sdk: [],
  server: ['@document-sync/sdk'],
  cli: ['@document-sync/sdk', '@document-sync/sdk/cache'],
};

/** Only these files read the environment; everything else is told. */
const ENVIRONMENT_READERS = ['server/src/config.ts', 'cli/src/config.ts'];

/** cli → sdk ← server, by the package's name. */
export function packagesKeepApart(sources: readonly Source[]): Violation[] {
  return shipped(sources).flatMap((source) => {
    const own = packageOf(source.path);
    return importsOf(source)
      .filter(({ specifier, target }) =>
        target === undefined
          ? specifier.startsWith('@document-sync/') && !mayUse[own]?.includes(specifier)
          : packageOf(target) !== own,
      )
      .map(({ specifier }) => `${source.path} imports ${specifier}: ${own} may not`);
  });
}

/** No file needs, at run time, a file that needs it. Types may. */
export function noImportCycles(sources: readonly Source[]): Violation[] {
  const graph = new Map(
    shipped(sources).map((source) => {
      const targets = importsOf(source).flatMap(({ target, typeOnly }) =>
        target === undefined || typeOnly ? [] : [target],
      );
      return [source.path, new Set(targets)] as const;
    }),
  );
  return findCycles(graph).map((cycle) => `files import each other in a circle: ${cycle.join(' → ')}`);
}

/** The environment is read in one place of each program. */
export function environmentInConfigOnly(sources: readonly Source[]): Violation[] {
  return shipped(sources)
    .filter((source) => !ENVIRONMENT_READERS.includes(source.path) && readsEnvironment(source))
    .map(({ path: place }) => `${place} reads process.env; that is for ${ENVIRONMENT_READERS.join(' and ')}`);
}

/** A long file is a room that may hold two. */
export function noLongFiles(sources: readonly Source[]): Violation[] {
  return sources.flatMap(({ path: place, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > MAX_LINES ? [`${place} has ${lines} lines, more than ${MAX_LINES}`] : [];
  });
}

/** A name says what is inside. */
export function tellingNames(sources: readonly Source[]): Violation[] {
  const empty = /^(utils?|helpers?|common|misc)$/i;
  return sources
    .filter(({ path: place }) => place.split('/').some((part) => part.split(/[.\-_]/).some((word) => empty.test(word))))
    .map(({ path: place }) => `${place}: the name does not say what is inside`);
}

/** What is left to do stands in the issues, not in the code. */
export function nothingLeftToDo(sources: readonly Source[]): Violation[] {
  // Put together here, so that this file is not its own first finding.
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
  return linesThat(sources, (line) => marks.test(line), 'is left to do');
}

/** Who switches a check off says why, on the same line: `eslint-disable-next-line rule -- why`. */
export function switchedOffWithReason(sources: readonly Source[]): Violation[] {
  const switchOff = new RegExp(
    `${'eslint' + '-disable'}|${'@ts-' + 'ignore'}|${'@ts-' + 'expect-error'}|${'@ts-' + 'nocheck'}`,
  );
  const reason = /(--|expect-error:?) \S+ \S+/;
  return linesThat(
    sources,
    (line) => switchOff.test(line) && !reason.test(line),
    'switches a check off without a reason',
  );
}

/** A test that is alone or left out changes what the others prove. */
export function everyTestRuns(sources: readonly Source[]): Violation[] {
  const marked = /\b(describe|it|context|specify)\.(only|skip)\(|\bx(describe|it|context|specify)\(/;
  const tests = sources.filter(({ path: place }) => place.endsWith('.test.ts') && !place.startsWith('test/house'));
  return linesThat(tests, (line) => marked.test(line), 'runs not all tests');
}

function linesThat(sources: readonly Source[], broken: (line: string) => boolean, what: string): Violation[] {
  return sources.flatMap(({ path: place, text }) =>
    text.split('\n').flatMap((line, at) => (broken(line) ? [`${place}:${at + 1} ${what}: ${line.trim()}`] : [])),
  );
}

/** The packages' own code, without their tests. */
function shipped(sources: readonly Source[]): Source[] {
  return sources.filter(({ path: place }) => {
    const [first, second] = place.split('/');
    return (
      PACKAGES.includes(first ?? '') && (second === 'src' || second === 'bin') && !/\.test\.ts$|\/testing\//.test(place)
    );
  });
}

function packageOf(place: string): string {
  return path.posix.normalize(place).split('/')[0] ?? '';
}
