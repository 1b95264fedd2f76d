/** The composition root: the only file that knows every room. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { openBlobStore } from './blobs/index.js';
import type { Config } from './config.js';
import { openDatabase } from './db/index.js';
import { Archives } from './features/archive/index.js';
import { BatchChanges, BatchPushes } from './features/batch/index.js';
import { Collector, collectRegularly, Documents, Retention, Trash } from './features/documents/index.js';
import { createOperations } from './features/operations.js';
import { System } from './features/system/index.js';
import { Reading, TextContents } from './features/text/index.js';
import { Fulfilment, TusProtocol, UploadExpiry, Uploads } from './features/uploads/index.js';
import { Versions } from './features/versions/index.js';
import { createApp } from './http/app.js';
import { componentChecker } from './http/component-checker.js';
import { Contract } from './http/contract.js';
import { uploadMetadataReader } from './http/upload-metadata.js';
import { systemClock, type Clock } from './kernel/clock.js';
import { TextWorkshop } from './text/index.js';

/** The contract stands at the root of the repository, beside the packages. */
const CONTRACT_FILE = path.resolve(import.meta.dirname, '../../../openapi.yaml');

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
  const db = await openDatabase(path.join(config.storageDir, 'documents.db'));

  const workshop = new TextWorkshop({ maxBytes: config.maxTextBytes, timeoutMs: config.textTimeoutSeconds * 1000 });
  const contents = new TextContents(db, blobs, config.maxTextBytes);

  const documents = new Documents(db, blobs, clock);
  const trash = new Trash(db, clock, config.trashDays);
  const versions = new Versions({ db, blobs, clock, workshop, contents });
  const reading = new Reading(db, workshop, contents);
  const system = new System(contract.version, contract.text, db, blobs, clock);
  const retention = new Retention(db, clock, { keepLast: config.keepVersions, keepDays: config.keepVersionDays });
  const graceMs = config.collectGraceSeconds * 1000;
  const keepMs = config.uploadHours * 60 * 60 * 1000;
  const fulfilment = new Fulfilment({ db, blobs, clock, documents, versions });
  const uploads = new Uploads({ db, blobs, clock, fulfilment, keepMs });
  const uploadExpiry = new UploadExpiry({ db, blobs, clock, keepMs, graceMs });
  const collector = new Collector({ db, blobs, clock, trash, retention, uploads: uploadExpiry, graceMs });

  const app = createApp({
    contract,
    operations: createOperations({
      documents,
      trash,
      versions,
      reading,
      system,
      archives: new Archives(documents),
      batchChanges: new BatchChanges(db, documents, trash),
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
    maxFileBytes: config.maxFileBytes,
    idleMs: config.idleTimeoutSeconds * 1000,
    allowedHosts: config.allowedHosts,
    checkAnswers,
  });
  const startBackground = (): (() => Promise<void>) =>
    config.collectIntervalSeconds > 0
      ? collectRegularly(collector, config.collectIntervalSeconds * 1000, logger)
      : () => Promise.resolve();
  const close = async (): Promise<void> => {
    await workshop.close();
    await db.close();
  };
  return { app, version: contract.version, startBackground, close };
}
