import { spawn } from 'node:child_process';
import { lockHasChild } from './lock.mjs';

/** Signals that end a set-up or a check, with the exit code a shell would report. */
const endings = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Each child leads a process group, so that what it started in turn (npm, node-gyp, the compiler) can be ended with it. */
const ownGroup = process.platform !== 'win32';

/** @type {Set<import('node:child_process').ChildProcess>} the programs that run now */
const running = new Set();

/**
 * Runs a program to its end and collects what it prints. When this process is told to stop, the program and everything
 * it started is told first.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options
 * @returns {Promise<{ ok: boolean, output: string }>} stdout and stderr as they came
 */
export function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: ownGroup });
    begin(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => {
      end(child);
      reject(error);
    });
    child.on('close', (code) => {
      end(child);
      resolve({ ok: code === 0, output });
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function begin(child) {
  if (running.size === 0) for (const signal of Object.keys(endings)) process.on(signal, stop);
  running.add(child);
  lockHasChild(child.pid);
}

/** @param {import('node:child_process').ChildProcess} child */
function end(child) {
  running.delete(child);
  lockHasChild(undefined);
  if (running.size === 0) for (const signal of Object.keys(endings)) process.off(signal, stop);
}

/** @param {keyof typeof endings} signal */
function stop(signal) {
  for (const child of running) {
    try {
      if (ownGroup && child.pid !== undefined) process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // It has ended already.
    }
  }
  process.exit(endings[signal]);
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
