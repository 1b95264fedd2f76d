import { parseArgs } from 'node:util';

/** How long to measure. */
export interface Effort {
  /** Counted pairs of slices; their median is the figure. */
  readonly pairs: number;
  readonly sliceMs: number;
  /** Of queries and of partial reads. */
  readonly readSliceMs: number;
  /** Starts of the server, for its start-up time. */
  readonly starts: number;
  /** Transfers of each size, for the peak memory; the largest counts. */
  readonly transfers: number;
  /** Texts a slice that are read for the first time. */
  readonly coldTexts: number;
  /** Runs of the CLI, for how long they take. */
  readonly runs: number;
  /** Of searches. */
  readonly searchSliceMs: number;
  /** Sizes of the stores of notes that are searched, the smallest first. */
  readonly noteStores: readonly number[];
  /** Size of the store of articles. */
  readonly articles: number;
}

/** What the command line asks for. */
export interface Options {
  /** Beginnings of the ids of the measurements to run; empty means all. */
  readonly only: readonly string[];
  readonly effort: Effort;
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  /** Where to write CPU profiles of the server, when it shall be profiled. */
  readonly profile: string | undefined;
  /** Where stores and logs are made; on the disk that is to be measured. */
  readonly folder: string | undefined;
  /** Where stores to search in are kept from one run to the next. */
  readonly storeCache: string | undefined;
}

const FULL: Effort = {
  pairs: 7,
  sliceMs: 2000,
  readSliceMs: 400,
  starts: 15,
  transfers: 3,
  coldTexts: 4,
  runs: 7,
  searchSliceMs: 600,
  noteStores: [10_000, 100_000, 1_000_000],
  articles: 100_000,
};
const QUICK: Effort = {
  pairs: 3,
  sliceMs: 500,
  readSliceMs: 150,
  starts: 5,
  transfers: 1,
  coldTexts: 2,
  runs: 3,
  searchSliceMs: 150,
  noteStores: [10_000, 20_000],
  articles: 5000,
};

/** Printed by `--help`. */
export const USAGE = `Usage: node bench/dist/run.js [options]

Measures this server beside a bare node:http server that does the same I/O.

  --only LIST     run only what begins with one of these, comma-separated:
                  push, pull, query, search, version, merge, part, many, memory, startup, or a single figure such
                  as push-4kb-c16 or search-notes-fuzzy
  --quick         shorter and fewer slices: a glance, not a measurement
  --json FILE     write the results as JSON too
  --markdown FILE write the report to a file too
  --profile DIR   run the server with --cpu-prof and say where its time went (the figures then count for little)
  --folder DIR    make the stores in DIR instead of the system's temporary folder
  --store-cache DIR
                  keep the stores that are searched in DIR, and find them there the next time; a million documents
                  take minutes to make, and 8 GB
  --help          print this
`;

/**
 * Reads the command line.
 * @returns undefined when it asks for help
 * @throws TypeError for an unknown or incomplete option, with Node's message
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
      profile: { type: 'string' },
      folder: { type: 'string' },
      'store-cache': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    only: (values.only ?? '').split(',').filter((id) => id !== ''),
    effort: values.quick ? QUICK : FULL,
    quick: values.quick,
    json: values.json,
    markdown: values.markdown,
    profile: values.profile,
    folder: values.folder,
    storeCache: values['store-cache'],
  };
}

/**
 * Whether a measurement was asked for: `push` asks for `push-4kb-c1`, and `push-4kb-c1` needs the part `push`.
 */
export function isWanted(options: Options, id: string): boolean {
  return (
    options.only.length === 0 || options.only.some((wanted) => id.startsWith(wanted) || wanted.startsWith(`${id}-`))
  );
}
