// A step of the set-up knows from its stamp whether it is up to date. The stamps stand in node_modules, so that whatever
// clears that folder, an installation above all, clears them too.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} Step
 * @property {string} name the stamp's file name
 * @property {string} root the repository's folder
 * @property {string} announcement one line, said before the step runs
 * @property {() => string} inputs a text that changes when anything changes that the step's work depends on
 * @property {() => string} outputs a text that changes when what the step made is changed or removed by others
 * @property {(previousOutputs: string | undefined) => Promise<void>} run does the work; given the outputs of its last
 *   success, if it was not interrupted since
 * @property {() => boolean} [alreadyDone] whether somebody did the work by hand; asked when the stamp does not fit
 */

/**
 * @param {Step} step
 * @returns {boolean} whether there is nothing to do
 */
export function isFresh(step) {
  const stamp = readStamp(step);
  const inputs = step.inputs();
  if (stamp?.inputs === inputs && stamp.outputs === step.outputs()) return true;
  if (!step.alreadyDone?.()) return false;
  writeStamp(step, inputs);
  return true;
}

/**
 * Announces and does the step. The stamp is removed first and written last, so that an interrupted step is done again;
 * the inputs are read before the work, so that a change made meanwhile is noticed next time.
 *
 * @param {Step} step
 * @param {(line: string) => void} say
 */
export async function runStep(step, say) {
  const previous = readStamp(step);
  rmSync(stampFile(step), { force: true });
  const inputs = step.inputs();
  say(step.announcement);
  await step.run(previous?.outputs);
  writeStamp(step, inputs);
}

/** @param {Step} step */
function stampFile(step) {
  return join(step.root, 'node_modules', '.set-up', step.name);
}

/** @param {Step} step @returns {{ inputs: string, outputs: string } | undefined} */
function readStamp(step) {
  try {
    return JSON.parse(readFileSync(stampFile(step), 'utf8'));
  } catch {
    return undefined; // Missing or damaged: the step is done again.
  }
}

/** @param {Step} step @param {string} inputs */
function writeStamp(step, inputs) {
  const file = stampFile(step);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ inputs, outputs: step.outputs() }));
  renameSync(`${file}.${process.pid}`, file);
}
