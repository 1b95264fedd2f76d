import { spawn, spawnSync } from 'node:child_process';
import { environment, type Surroundings } from './doc.js';

/** A session that waits for more than this waits for ever. */
const SESSION_MS = 15_000;

export const CTRL_C = '\x03';

/** `script` of util-linux gives a command a terminal. Other systems have another `script`, or none. */
export const hasTerminals = /util-linux/.test(String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout));

/** What is pressed, once something has been shown. */
export interface Pressed {
  after: RegExp;
  keys: string;
}

/** Runs a shell command on a terminal of its own, and gives everything that it showed and its exit code. */
export async function terminalSession(
  command: string,
  { cwd, env, ...surroundings }: Surroundings,
  pressed?: Pressed,
): Promise<{ code: number | null; shown: string }> {
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: environment({ ...surroundings, env: { TERM: 'xterm', SHELL: '/bin/sh', ...env } }),
    timeout: SESSION_MS,
    stdio: [pressed === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let isPressed = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (!isPressed && pressed?.after.test(shown) === true) {
      isPressed = true;
      child.stdin?.write(pressed.keys);
    }
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, shown: shown.replaceAll('\r\n', '\n') };
}
