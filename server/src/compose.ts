/** The composition root: the only file that knows every room. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { openBlobStore } from './blobs/index.js';
import { ratesOf, type Config } from './config.js';
import { openDatabase } from './db/index.js';
import { Archives } from './features/archive/index.js';
import { BatchChanges, BatchPushes } from './features/batch/index.js';
import { CollectionContents, Collections, Grants } from './features/collections/index.js';
import {
  Collector,
  collectRegularly,
  ContentIndexing,
  Documents,
  findAllowance,
  Retention,
  Trash,
} from './features/documents/index.js';
import { createOperations } from './features/operations.js';
import {
  ContentIndexQueue,
  IndexThread,
  Rebuild,
  Search,
  type RebuildProgress,
  type RebuildResult,
} from './features/search/index.js';
import { ApiKeys, Authentication, Identities } from './features/keys/index.js';
import { RateLimits } from './features/limits/index.js';
import { Links, OpenedLinks } from './features/links/index.js';
import { System } from './features/system/index.js';
import { Tenants } from './features/tenants/index.js';
import { Reading, TextContents } from './features/text/index.js';
import { Fulfilment, TusProtocol, UploadExpiry, Uploads } from './features/uploads/index.js';
import { Versions } from './features/versions/index.js';
import { Extractor } from './extraction/index.js';
import { createApp } from './http/app.js';
import { componentChecker } from './http/component-checker.js';
import { Contract } from './http/contract.js';
import { crossOrigin } from './http/cross-origin.js';
import { uploadMetadataReader } from './http/upload-metadata.js';
import { systemClock, type Clock } from './kernel/clock.js';
import { TextWorkshop } from './text/index.js';

/** The contract stands at the root of the repository, beside the packages. */
const CONTRACT_FILE = path.resolve(import.meta.dirname, '../../../openapi.yaml');

const DATABASE_FILE = 'documents.db';
const LIMITS_FILE = 'limits.db';

export interface Composition {
  readonly app: Express;
  readonly version: string;
  /** Starts what goes on by itself (the collector); returns what stops it. */
  readonly startBackground: () => () => Promise<void>;
  /** Frees what the rooms hold; to be called when no request is running any more. */
  readonly close: () => Promise<void>;
}

export interface ComposeOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Check answers against the contract too; for tests. */
  readonly checkAnswers?: boolean;
}

/** Opens storage and database and wires the rooms together. */
export async function compose(config: Config, options: ComposeOptions): Promise<Composition> {
  const { logger, clock = systemClock, checkAnswers = false } = options;
  const contract = new Contract(await fs.readFile(CONTRACT_FILE, 'utf8'));
  const blobs = await openBlobStore(config.storageDir);
  const databaseFile = path.join(config.storageDir, DATABASE_FILE);
  const db = await openDatabase(databaseFile);

  const queueMs = config.queueSeconds * 1000;
  const workshop = new TextWorkshop({
    maxBytes: config.maxTextBytes,
    timeoutMs: config.textTimeoutSeconds * 1000,
    queueMs,
  });
  const contents = new TextContents(db, blobs, config.maxTextBytes, queueMs);

  const maxTextBytes = config.maxIndexedBytes;
  const timeoutMs = config.extractTimeoutSeconds * 1000;
  const extractor = new Extractor({ maxTextBytes, timeoutMs, maxMemoryMib: config.extractMemoryMib });
  const indexThread = new IndexThread(databaseFile);
  const report = (error: unknown): void => {
    logger.error({ err: error }, 'a content could not be indexed');
  };
  const indexQueue = new ContentIndexQueue({ db, blobs, clock, extractor, thread: indexThread, maxTextBytes, report });
  const indexing = new ContentIndexing(blobs, indexQueue);
  const search = new Search({
    databaseFile,
    maxIndexedBytes: maxTextBytes,
    timeoutMs: config.searchTimeoutSeconds * 1000,
    queueMs,
  });
  const documents = new Documents({ db, blobs, clock, indexing });
  const trash = new Trash({ db, clock, indexing, keepDays: config.trashDays });
  const versions = new Versions({ db, blobs, clock, indexing, workshop, contents });
  const reading = new Reading(db, workshop, contents);
  // Everybody may ask for the health: with several tenants, how much waits is nobody's business.
  const told = config.auth === 'keys' ? undefined : indexQueue;
  const system = new System({ contract, db, blobs, clock, indexQueue: told });
  const retention = new Retention(db, clock, { keepLast: config.keepVersions, keepDays: config.keepVersionDays });
  const graceMs = config.collectGraceSeconds * 1000;
  const keepMs = config.uploadHours * 60 * 60 * 1000;
  const fulfilment = new Fulfilment({ db, blobs, clock, documents, versions });
  const uploads = new Uploads({ db, blobs, clock, fulfilment, keepMs });
  const uploadExpiry = new UploadExpiry({ db, blobs, clock, keepMs, graceMs });
  const collector = new Collector({ db, blobs, clock, trash, retention, uploads: uploadExpiry, graceMs });

  const authentication = new Authentication(db, clock, (error) => {
    logger.error({ err: error }, 'the use of a key could not be noted');
  });

  const limits = await RateLimits.open({
    filename: path.join(config.storageDir, LIMITS_FILE),
    rates: ratesOf(config),
    report: (error) => {
      logger.error({ err: error }, 'requests are counted for this server alone');
    },
  });

  const app = createApp({
    contract,
    authenticator: config.auth === 'keys' ? authentication : undefined,
    limits,
    operations: createOperations({
      apiKeys: new ApiKeys(db, clock),
      tenants: new Tenants({ db, blobs, clock }),
      documents,
      trash,
      versions,
      reading,
      search,
      system,
      collections: new Collections(db, clock),
      collectionContents: new CollectionContents(db, clock),
      grants: new Grants(db, clock),
      links: new Links(db, clock),
      openedLinks: new OpenedLinks(db, clock, documents),
      identities: new Identities(db),
      archives: new Archives(documents, { atOnce: config.maxArchives }),
      batchChanges: new BatchChanges({ db, indexing, documents, trash }),
      batchPushes: new BatchPushes(documents),
      tus: new TusProtocol({ uploads, maxFileBytes: config.maxFileBytes }),
      readUploadMetadata: uploadMetadataReader(contract),
      checkBatchItem: componentChecker(contract, 'BatchItem'),
      report: (error) => {
        logger.error({ err: error }, 'an item of a batch failed');
      },
    }),
    logger,
    stage: (source) => blobs.stage(source),
    findAllowance: (tenant_id) => findAllowance(db.read, tenant_id),
    maxFileBytes: config.maxFileBytes,
    idleMs: config.idleTimeoutSeconds * 1000,
    allowedHosts: config.allowedHosts,
    foreignPages: await crossOrigin(contract, config.corsOrigins),
    trustProxy: config.trustProxy,
    tls: config.tlsCert !== undefined,
    checkAnswers,
  });
  const startBackground = (): (() => Promise<void>) => {
    const stops = [indexQueue.start()];
    if (config.collectIntervalSeconds > 0) {
      stops.push(collectRegularly(collector, config.collectIntervalSeconds * 1000, logger));
    }
    return async () => {
      await Promise.all(stops.map((stop) => stop()));
    };
  };
  const close = async (): Promise<void> => {
    indexQueue.close();
    await Promise.all([workshop.close(), extractor.close(), indexThread.close(), search.close()]);
    limits.close();
    await db.close();
  };
  return { app, version: contract.version, startBackground, close };
}

/** What the operator does on the machine of the server, with a server at work on the same folder or without. */
export interface Administration {
  readonly keys: ApiKeys;
  readonly tenants: Tenants;
  readonly close: () => Promise<void>;
}

export async function openAdministration(config: Config, clock: Clock = systemClock): Promise<Administration> {
  const blobs = await openBlobStore(config.storageDir);
  const db = await openDatabase(path.join(config.storageDir, DATABASE_FILE));
  return { keys: new ApiKeys(db, clock), tenants: new Tenants({ db, blobs, clock }), close: () => db.close() };
}

export interface RebuildRequest {
  /** Compare the rebuilt index with the one that it replaces. */
  readonly compare: boolean;
  readonly onProgress: (progress: RebuildProgress) => void;
  readonly signal: AbortSignal;
}

/** Rebuilds the index of the search, with a server at work on the same folder or without. */
export async function rebuildSearchIndex(config: Config, request: RebuildRequest): Promise<RebuildResult> {
  const blobs = await openBlobStore(config.storageDir);
  const db = await openDatabase(path.join(config.storageDir, DATABASE_FILE));
  try {
    return await new Rebuild({ db, blobs, maxTextBytes: config.maxIndexedBytes, ...request }).run();
  } finally {
    await db.close();
  }
}
