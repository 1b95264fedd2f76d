import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs an ECMAScript module in a Node process of its own, for what takes more than one process or may never come back.
 *
 * @param source the module's text
 * @param args what it finds from `process.argv[1]` on
 * @returns what it printed
 * @throws Error when it fails, or takes longer than `timeoutMs` and is killed
 */
export async function runScript(
  source: string,
  args: readonly (string | number)[],
  timeoutMs = 15_000,
): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source, ...args.map(String)], {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  return stdout;
}
