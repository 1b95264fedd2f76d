import type { TransferProgress } from '@document-sync/sdk';
import type { SingleBar } from 'cli-progress';
import type { Output } from './output/output.js';
import { formatSize } from './output/size.js';

/** Transfers that end sooner show nothing. */
const QUIET_MS = 700;

/** Shows how far a transfer has come. */
export interface ProgressDisplay {
  onProgress?: (progress: TransferProgress) => void;
  /** Takes the display off the terminal; to be called however the transfer ends. */
  stop(): void;
}

/**
 * A bar on stderr for a transfer that takes its time; nothing where stderr is no terminal.
 * @param wanted False where the caller asked for silence or writes the content to the same screen.
 */
export function transferProgress(output: Output, wanted: boolean): ProgressDisplay {
  if (!wanted || !output.showsProgress) {
    return { stop: () => undefined };
  }
  const startedAt = performance.now();
  let bar: SingleBar | undefined;
  let requested = false;
  let stopped = false;
  let latest: TransferProgress = { transferredBytes: 0 };

  const open = async (): Promise<void> => {
    const { default: progress } = await import('cli-progress');
    if (stopped) {
      return;
    }
    bar = new progress.SingleBar({
      stream: output.stderr,
      clearOnComplete: true,
      linewrap: true,
      format: latest.totalBytes === undefined ? '{done}, {rate}/s' : '{bar} {percentage}%  {done} of {size}, {rate}/s',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 30,
    });
    bar.start(latest.totalBytes ?? 0, latest.transferredBytes, figures(latest, startedAt));
  };

  return {
    onProgress(progress) {
      latest = progress;
      if (!requested && performance.now() - startedAt > QUIET_MS) {
        requested = true;
        void open();
      }
      bar?.update(progress.transferredBytes, figures(progress, startedAt));
    },
    stop() {
      stopped = true;
      bar?.stop();
    },
  };
}

function figures(progress: TransferProgress, startedAt: number): Record<string, string> {
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    done: formatSize(progress.transferredBytes),
    size: formatSize(progress.totalBytes ?? 0),
    rate: formatSize(Math.round(progress.transferredBytes / seconds)),
  };
}
