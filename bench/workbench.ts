import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { firstAnswer, freePort, killServers, spawnServer, type ChildServer } from './child-server.js';
import { startLoadGenerator, type LoadGenerator } from './load-generator.js';
import { isWanted, type Effort, type Options } from './options.js';
import { cachedSearchStore, generateSearchStore, type SearchStore } from './search/store-cache.js';
import { generateStore } from './store-generator.js';

/** Environment variables of a server. */
export type Settings = Readonly<Record<string, string>>;

/** The place where measurements are made: a folder on the disk, the servers, the load. */
export interface Workbench {
  readonly effort: Effort;
  readonly generator: LoadGenerator;
  /** All processes of this server that were started so far. */
  readonly ours: readonly ChildServer[];
  /** Whether a measurement was asked for. */
  isWanted(id: string): boolean;
  /** A fresh folder. None is removed before the end: files made soon after many were removed are slow on ext4. */
  folder(name: string): string;
  /** A store with so many documents, made when it is first asked for. */
  store(documents: number): Promise<string>;
  /** A store to search in, likewise; in the cache when there is one. */
  searchStore(store: SearchStore): Promise<string>;
  /** This server on a storage folder, with nothing set but what it must know and these settings. It may not listen yet. */
  spawnOurs(storageFolder: string, settings?: Settings): Promise<ChildServer>;
  /** This server, once it has answered. */
  startOurs(storageFolder: string, settings?: Settings): Promise<ChildServer>;
  /** The bare server, once it has answered. */
  startBare(folder: string): Promise<ChildServer>;
  /** Ends what runs and removes the folder. */
  clear(): void;
}

const POLL_MS = 5;

const OUR_SERVER = resolve(import.meta.dirname, '../../server/dist/src/main.js');
const BARE_SERVER = join(import.meta.dirname, 'bare-server.js');

/**
 * Starts the load client; the servers are started when they are asked for.
 * @param root the folder to work in, which is the bench's own from here on
 */
export function openWorkbench(root: string, options: Options): Workbench {
  const generator = startLoadGenerator();
  const stores = new Map<number | string, Promise<string>>();
  let folders = 0;

  const ours: ChildServer[] = [];
  const bench: Workbench = {
    effort: options.effort,
    generator,
    ours,
    isWanted: (id) => isWanted(options, id),
    folder(name) {
      const path = join(root, `${(folders += 1)}-${name}`);
      mkdirSync(path);
      return path;
    },
    store(documents) {
      const store = stores.get(documents) ?? generateStore(bench.folder(`store-${documents}`), documents);
      stores.set(documents, store);
      return store;
    },
    searchStore(wanted) {
      const name = `${wanted.shape}-${wanted.documents}`;
      const store =
        stores.get(name) ??
        (options.storeCache === undefined
          ? generateSearchStore(bench.folder(name), wanted)
          : cachedSearchStore(options.storeCache, wanted));
      stores.set(name, store);
      return store;
    },
    async spawnOurs(storageFolder, settings = {}) {
      const port = await freePort();
      const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profile)}`];
      const server = spawnServer({
        command: [...profile, OUR_SERVER],
        environment: {
          NODE_ENV: 'production',
          DOCUMENT_STORAGE_DIR: storageFolder,
          DOCUMENT_SERVER_PORT: String(port),
          ...settings,
        },
        port,
        logFile: `${storageFolder}.log`,
      });
      ours.push(server);
      return server;
    },
    async startOurs(storageFolder, settings) {
      const server = await bench.spawnOurs(storageFolder, settings);
      await firstAnswer(server, '/health', POLL_MS);
      return server;
    },
    async startBare(folder) {
      const port = await freePort();
      const server = spawnServer({
        command: [BARE_SERVER, folder, String(port)],
        environment: { NODE_ENV: 'production' },
        port,
        logFile: `${folder}.log`,
      });
      await firstAnswer(server, '/health', POLL_MS);
      return server;
    },
    clear() {
      generator.stop();
      killServers();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return bench;
}
