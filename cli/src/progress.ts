import type { TransferProgress } from '@document-sync/sdk';
import type { SingleBar } from 'cli-progress';
import type { Output } from './output/output.js';
import { formatDuration } from './output/duration.js';
import { formatSize } from './output/size.js';

/** Transfers that end sooner show nothing. */
const QUIET_MS = 700;

/** How far a transfer of one or several files has come. */
export interface Progress extends TransferProgress {
  /** How many of how many files are through, where there are several. */
  files?: { done: number; total: number };
}

/** Shows how far a transfer has come. */
export interface ProgressDisplay {
  onProgress?: (progress: Progress) => void;
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
  let latest: Progress = { transferredBytes: 0 };
  // What the other side had already has taken no time.
  let firstBytes: number | undefined;
  const figures = (): Record<string, string> =>
    figuresOf(latest, latest.transferredBytes - (firstBytes ?? 0), (performance.now() - startedAt) / 1000);

  const open = async (): Promise<void> => {
    const { default: progress } = await import('cli-progress');
    if (stopped) {
      return;
    }
    bar = new progress.SingleBar({
      stream: output.stderr,
      clearOnComplete: true,
      linewrap: true,
      format: formatOf(latest),
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 20,
    });
    bar.start(latest.totalBytes ?? 0, latest.transferredBytes, figures());
  };

  return {
    onProgress(progress) {
      latest = progress;
      firstBytes ??= progress.transferredBytes;
      if (!requested && performance.now() - startedAt > QUIET_MS) {
        requested = true;
        void open();
      }
      bar?.update(progress.transferredBytes, figures());
    },
    stop() {
      stopped = true;
      bar?.stop();
    },
  };
}

/** In no more than 80 columns, as a line that wraps cannot be taken away. */
function formatOf({ totalBytes, files }: Progress): string {
  if (totalBytes === undefined) return '{done}, {rate}/s';
  return `{bar} {percentage}%  ${files === undefined ? '{done} of {size}' : '{files}'}, {rate}/s{left}`;
}

function figuresOf({ transferredBytes, totalBytes = 0, files }: Progress, moved: number, seconds: number) {
  const rate = moved / seconds;
  const left = rate > 0 ? Math.ceil((totalBytes - transferredBytes) / rate) : 0;
  return {
    done: formatSize(transferredBytes),
    size: formatSize(totalBytes),
    rate: formatSize(Math.round(rate)),
    left: left > 0 ? `, ${formatDuration(left)} left` : '',
    files: files === undefined ? '' : `${files.done} of ${files.total} files`,
  };
}
