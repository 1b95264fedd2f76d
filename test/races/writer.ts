/** A writer: reads the document, changes it, and when another was faster reads it again and makes its change again. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { purge, remove, restore, WrongAnswerError } from '../crash/document-requests.js';
import { SeededRandom } from '../crash/random.js';
import * as requests from '../crash/version-requests.js';
import type { ReadContent, WireChange } from '../crash/version-requests.js';
import { changeAsEdits, changeText, tokensOf, type Writing } from './race-text.js';
import type { Step } from './scenario.js';

/** What one writer of a trial has to do. */
export interface Task {
  /** Servers on one storage folder; which of them is asked is random each time. */
  readonly urls: readonly string[];
  readonly document_id: string;
  readonly writer: number;
  readonly steps: readonly Step[];
  readonly seed: number;
  /** Whether the document may be gone for good before the writer is done. */
  readonly may_vanish: boolean;
}

/** A change that a server has acknowledged. */
export interface Acknowledged extends Pick<WireChange, 'version' | 'checksum_sha256' | 'parents' | 'outcome'> {
  readonly tokens: readonly string[];
  /** What it was made from: the version that was read, and the `If-Match` that went with it. */
  readonly read_version: number;
  readonly if_match: string;
  /** The version that it went back to; nothing else has one. */
  readonly target: number | undefined;
}

export interface Report {
  readonly writer: number;
  readonly acknowledged: readonly Acknowledged[];
  /** How often another was faster. */
  readonly refusals: number;
  /** How often it took the document out of the trash. */
  readonly restored: number;
  /** What happened, line by line. */
  readonly story: readonly string[];
}

/** A document that is in the trash comes back soon; one that does not is gone. */
const ABSENCES = 200;
const ABSENCES_OF_VANISHED = 30;

/**
 * Does all the steps.
 *
 * @throws WrongAnswerError, AssertionError when a server answers what it must not; the message ends with the story
 */
export async function write(task: Task): Promise<Report> {
  const writer = new Writer(task);
  try {
    for (const [index, step] of task.steps.entries()) await writer.take(step, index);
  } catch (error) {
    if (!(error instanceof VanishedError && task.may_vanish)) {
      throw new Error(`writer ${task.writer}: ${String(error)}\n${writer.report().story.join('\n')}`, { cause: error });
    }
  }
  return writer.report();
}

/** The document is not there. */
class VanishedError extends Error {
  override readonly name = 'VanishedError';
}

type Changing = Exclude<Step, { by: 'trash' | 'purge' }>;

class Writer {
  readonly #task: Task;
  readonly #random: SeededRandom;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #story: string[] = [];
  #section: string[] = [];
  #refusals = 0;
  #restored = 0;
  #absences = 0;
  /** The newest version that this writer has seen: no server may show it an older one. */
  #seen = 0;

  constructor(task: Task) {
    this.#task = task;
    this.#random = new SeededRandom(task.seed + task.writer);
  }

  report(): Report {
    return {
      writer: this.#task.writer,
      acknowledged: this.#acknowledged,
      refusals: this.#refusals,
      restored: this.#restored,
      story: this.#story,
    };
  }

  async take(step: Step, index: number): Promise<void> {
    const { document_id } = this.#task;
    await this.#pause();
    if (step.by === 'trash') {
      await remove(this.#anyUrl(), document_id);
      await this.#pause();
      const { version } = await restore(this.#anyUrl(), document_id);
      this.#see(version);
      this.#restored += 1;
      this.#tell(index, 'deleted and restored');
    } else if (step.by === 'purge') {
      await purge(this.#anyUrl(), document_id);
      this.#tell(index, 'purged');
      throw new VanishedError();
    } else {
      while (!(await this.#tryToChange(step, index)));
    }
  }

  /** One attempt; false when it has to be made again. */
  async #tryToChange(step: Changing, index: number): Promise<boolean> {
    let read: ReadContent | undefined;
    try {
      read = await requests.readCurrent(this.#anyUrl(), this.#task.document_id);
      this.#see(read.version);
      await this.#pause();
      await this.#change(step, index, read);
      this.#absences = 0;
      return true;
    } catch (error) {
      if (!(error instanceof WrongAnswerError)) throw error;
      if (error.code === 'document_not_found') await this.#absent();
      else if (read && isRefusal(step, error)) this.#refused(index, read, error);
      else throw error;
      return false;
    }
  }

  async #change(step: Changing, index: number, { content, etag, version: read_version }: ReadContent): Promise<void> {
    const { document_id, writer } = this.#task;
    const url = this.#anyUrl();
    const message = `step ${index} of ${writer}`;
    if (step.by === 'rollback') {
      const target = 1 + (step.place % read_version);
      const change = await requests.rollback(url, document_id, target, message, etag);
      this.#acknowledge(index, change, { tokens: [], read_version, if_match: etag, target });
      return;
    }
    const tokens = tokensOf(writer, index, step.change);
    const section = step.change === 'section' ? [...this.#section, ...tokens] : this.#section;
    const writing: Writing = { change: step.change, tokens, writer, section, place: step.place };
    const text = content.toString();
    const condition = { if_match: step.condition === 'any' ? '*' : etag, merge: step.condition === 'merge' };
    const change =
      step.by === 'file'
        ? await requests.createVersion(url, document_id, Buffer.from(changeText(text, writing)), message, condition)
        : await requests.edit(url, document_id, changeAsEdits(text, writing, this.#random), message, condition);
    assert.notEqual(change.outcome, 'unchanged', `${tokens.join()} is said to be there already`);
    this.#section = section;
    this.#acknowledge(index, change, { tokens, read_version, if_match: condition.if_match, target: undefined });
  }

  #acknowledge(
    index: number,
    { version, checksum_sha256, parents, outcome }: WireChange,
    more: Omit<Acknowledged, 'version' | 'checksum_sha256' | 'parents' | 'outcome'>,
  ): void {
    this.#see(version);
    this.#acknowledged.push({ version, checksum_sha256, parents, outcome, ...more });
    this.#tell(index, `${outcome} version ${version} [${parents.join()}] on version ${more.read_version}`);
  }

  #refused(index: number, { version, etag }: ReadContent, error: WrongAnswerError): void {
    // The refusal of what was read must show another state than that.
    if (error.status === 412)
      assert.ok(!error.message.includes(`"current_etag":${JSON.stringify(etag)}`), error.message);
    this.#refusals += 1;
    this.#tell(index, `refused on version ${version}: ${error.code}`);
  }

  async #absent(): Promise<void> {
    this.#absences += 1;
    if (this.#absences > (this.#task.may_vanish ? ABSENCES_OF_VANISHED : ABSENCES)) throw new VanishedError();
    await sleep(this.#random.integer(1, 20));
  }

  #see(version: number): void {
    assert.ok(version >= this.#seen, `version ${version} is shown after version ${this.#seen}`);
    this.#seen = version;
  }

  #tell(index: number, what: string): void {
    const step = JSON.stringify(this.#task.steps[index]);
    this.#story.push(`  writer ${this.#task.writer}, step ${index} ${step}: ${what}`);
  }

  #anyUrl(): string {
    return this.#random.pick(this.#task.urls);
  }

  /** Sometimes a writer thinks. */
  async #pause(): Promise<void> {
    if (this.#random.chance(0.3)) await sleep(this.#random.integer(0, 6));
  }
}

/** What a writer must put up with: others were faster, or took away the line that it wanted to swap. */
function isRefusal(step: Changing, { status, code }: WrongAnswerError): boolean {
  if (status === 412) return step.by === 'rollback' || step.condition !== 'any';
  return code === 'edit_failed' && step.by === 'edits' && step.condition === 'any' && step.change === 'swap';
}
