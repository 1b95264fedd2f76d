// Makes a clone ready to run: installs what is missing, builds what is stale, and is quick when there is nothing to do.
// Needs nothing but Node: `npm start`, `npm test` and `npm run check` all begin here.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSteps } from './setup/build.mjs';
import { installStep } from './setup/install.mjs';
import { onlyOneAtATime } from './setup/lock.mjs';
import { SetUpError, requireNode } from './setup/requirements.mjs';
import { runStep, isFresh } from './setup/step.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs and builds whatever is not up to date, one short line on stderr for each thing really done.
 *
 * @param {{ build?: boolean }} [options] `build: false` stops after the installation.
 * @returns {Promise<void>}
 * @throws {SetUpError} with a message for people, when this Node is too old or a step failed.
 */
export async function setUp({ build = true } = {}) {
  requireNode(root);
  const steps = () => [installStep(root), ...(build ? buildSteps(root) : [])];
  if (steps().every(isFresh)) return;
  await onlyOneAtATime(join(root, '.setup.lock'), say, async () => {
    // Asked again for each step: whoever held the lock may have done it, and an installation makes every build stale.
    for (const step of steps()) if (!isFresh(step)) await runStep(step, say);
  });
}

/**
 * Runs the set-up for a program that cannot go on without it: prints why it failed and ends the process.
 *
 * @param {{ build?: boolean }} [options] as for `setUp`.
 * @returns {Promise<void>}
 */
export async function setUpOrExit(options) {
  try {
    await setUp(options);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await setUpOrExit();
