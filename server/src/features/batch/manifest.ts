/** The manifest of a batch: what each of its files is to become. */
import type { BatchItem } from '../../kernel/contract.js';
import { Problem, type ProblemError } from '../../kernel/problem.js';

/** What is wrong with something that should be an item of a manifest; empty when nothing is. */
export type CheckItem = (item: unknown) => ProblemError[];

/** An item as it may be used, or why it may not. */
export type ReadItem = BatchItem | Problem;

/** As many as the contract allows. */
const MAX_ITEMS = 1000;

/**
 * Reads a manifest. Each item is checked by itself: a wrong one is a Problem among the others.
 *
 * @throws Problem `validation_failed` when it is not a manifest at all
 */
export function readManifest(text: string, checkItem: CheckItem): ReadItem[] {
  return itemsOf(parse(text)).map((item) => {
    const mistakes = checkItem(item);
    if (mistakes.length > 0) return Problem.invalid(mistakes);
    const read = item as BatchItem;
    if (read.file !== undefined || read.checksum_sha256 !== undefined) return read;
    return Problem.invalid({
      location: 'file',
      message: 'is required, unless checksum_sha256 names content that is known',
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidManifest('body.manifest', `is not JSON: ${(error as Error).message}`);
  }
}

function itemsOf(manifest: unknown): unknown[] {
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    throw invalidManifest('body.manifest', 'must be an object with items');
  }
  const { items, ...others } = manifest as Record<string, unknown>;
  const [unknownName] = Object.keys(others);
  if (unknownName !== undefined) throw invalidManifest(`body.manifest.${unknownName}`, 'is not a field of a manifest');
  if (!Array.isArray(items)) throw invalidManifest('body.manifest.items', 'must be a list');
  if (items.length === 0) throw invalidManifest('body.manifest.items', 'must not be empty');
  if (items.length > MAX_ITEMS) {
    throw invalidManifest('body.manifest.items', `has ${items.length} items; a batch takes ${MAX_ITEMS}, send several`);
  }
  return items;
}

function invalidManifest(location: string, message: string): Problem {
  return Problem.invalid({ location, message });
}
