import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A set-up that cannot go on; its message says what happened and what to do. */
export class SetUpError extends Error {}

/**
 * Refuses a Node that is older than package.json's `engines` allows.
 *
 * @param {string} root the repository's folder
 * @throws {SetUpError} naming both versions
 */
export function requireNode(root) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new SetUpError(
    `Document Sync needs Node ${major}.${minor} or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      `Install a newer Node (https://nodejs.org) and run the command again.`,
  );
}

/**
 * The programs that compiling a native package takes and that this machine lacks.
 *
 * @returns {string[]} of `python3`, `make`, `g++`; a chosen compiler (`CXX`) or Python (`PYTHON`) counts as there
 */
export function missingCompilerTools() {
  const missing = [];
  if (!process.env.PYTHON && !onPath('python3') && !onPath('python')) missing.push('python3');
  if (!onPath('make') && !onPath('gmake')) missing.push('make');
  if (!process.env.CXX && !onPath('g++') && !onPath('c++') && !onPath('clang++')) missing.push('g++');
  return process.platform === 'win32' ? [] : missing;
}

/** @param {string} program */
function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
