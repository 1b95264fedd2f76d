import { spawn } from 'node:child_process';
import { lockHasChild } from './lock.mjs';

/** Signals that end a set-up, with the exit code a shell would report. */
const endings = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/**
 * Runs a program to its end and collects what it prints. When this process is told to stop, the program and everything
 * it started (npm, node-gyp, the compiler) is stopped first.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options
 * @returns {Promise<{ ok: boolean, output: string }>} stdout and stderr as they came
 */
export function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const ownGroup = process.platform !== 'win32';
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: ownGroup });
    lockHasChild(child.pid);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));

    const stop = (/** @type {keyof typeof endings} */ signal) => {
      try {
        if (ownGroup && child.pid !== undefined) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has ended already.
      }
      process.exit(endings[signal]);
    };
    for (const signal of Object.keys(endings)) process.on(signal, stop);
    const done = () => {
      lockHasChild(undefined);
      for (const signal of Object.keys(endings)) process.off(signal, stop);
    };
    child.on('error', (error) => (done(), reject(error)));
    child.on('close', (code) => (done(), resolve({ ok: code === 0, output })));
  });
}

/**
 * The end of a long output, where programs say what went wrong.
 *
 * @param {string} output
 * @param {number} lines how many lines at the most
 * @returns {string}
 */
export function lastLines(output, lines) {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * How to start npm: the one that started this process (`npm start` names it), else the one on the PATH.
 *
 * @returns {{ command: string, args: string[], shell: boolean }} the arguments are to stand before npm's own
 */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) {
    return { command: process.execPath, args: [script], shell: false };
  }
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}
