import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The CLI as it is installed, and where it keeps its things. */
export interface DocCommand {
  /**
   * Runs it in a process of its own.
   * @returns from spawn to exit, in seconds
   * @throws Error with what it printed when it ends with anything but 0
   */
  run(args: readonly string[]): Promise<number>;
}

const DOC = resolve(import.meta.dirname, '../../cli/bin/doc.cjs');
const SHOWN_CHARACTERS = 2000;

/**
 * @param port of the server, on 127.0.0.1
 * @param home gets the CLI's cache and state
 */
export function docCommand(port: number, home: string): DocCommand {
  const settings = Object.entries(process.env).filter(([name]) => !/^(DOCUMENT|XDG)_/.test(name));
  mkdirSync(join(home, 'cache'));
  mkdirSync(join(home, 'state'));
  const env = {
    ...Object.fromEntries(settings),
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_STATE_HOME: join(home, 'state'),
    DOCUMENT_SERVER_URL: `http://127.0.0.1:${port}`,
  };
  return {
    async run(args) {
      const begin = performance.now();
      const child = spawn(process.execPath, [DOC, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let printed = '';
      for (const output of [child.stdout, child.stderr])
        output.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-SHOWN_CHARACTERS)));
      const exited = once(child, 'exit').then(() => (performance.now() - begin) / 1000);
      await once(child, 'close');
      if (child.exitCode !== 0)
        throw new Error(`doc ${args.join(' ')} ended with ${child.exitCode ?? child.signalCode}:\n${printed}`);
      return await exited;
    },
  };
}
