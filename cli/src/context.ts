import type { DocumentClient } from '@document-sync/sdk';
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
   * The client for the server that the environment names.
   * @throws UsageError when the environment is wrong.
   */
  client(): Promise<DocumentClient>;
}
