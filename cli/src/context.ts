import type { DocumentClient } from '@document-sync/sdk';
import type { NodeContentCache } from '@document-sync/sdk/cache';
import type { Config, Settings } from './config.js';
import type { Output } from './output/output.js';

/** What a command works with. */
export interface CommandContext {
  output: Output;
  /** Aborts when the command is to stop. */
  signal: AbortSignal;
  stdin: NodeJS.ReadStream;
  /** The program of the login shell, with its path. */
  shell: string;
  /** The profile that the command line names; known once that has been understood. */
  profile: string | undefined;
  /**
   * What the environment says about the server and the folders; no profile is looked at.
   * @throws UsageError when the environment is wrong.
   */
  settings(): Settings;
  /**
   * How the server is reached, by the environment and the profile.
   * @throws UsageError when the environment is wrong, or the profile is not there.
   */
  config(): Config;
  /**
   * The client for the server that the environment or the profile names.
   * @param cached Whether it is to keep what it pulls, and to use what is kept: that takes some time to load.
   * @throws UsageError when the environment is wrong.
   */
  client(cached?: boolean): Promise<DocumentClient>;
  /** The content that was pulled before. */
  contentCache(): Promise<NodeContentCache>;
}
