import type { DocumentClient } from '@document-sync/sdk';
import type { NodeContentCache } from '@document-sync/sdk/cache';
import type { Config } from './config.js';
import type { Output } from './output/output.js';

/** What a command works with. */
export interface CommandContext {
  output: Output;
  /** Aborts when the command is to stop. */
  signal: AbortSignal;
  stdin: NodeJS.ReadStream;
  /** The program of the login shell, with its path. */
  shell: string;
  /**
   * What the environment says about the server and the folders.
   * @throws UsageError when the environment is wrong.
   */
  config(): Config;
  /**
   * The client for the server that the environment names.
   * @param cached Whether it is to keep what it pulls, and to use what is kept: that takes some time to load.
   * @throws UsageError when the environment is wrong.
   */
  client(cached?: boolean): Promise<DocumentClient>;
  /** The content that was pulled before. */
  contentCache(): Promise<NodeContentCache>;
}
