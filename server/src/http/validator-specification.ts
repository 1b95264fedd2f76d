/** The contract as the validator is given it: a copy in any case, since it changes what it is given. */
import type { Contract } from './contract.js';

/**
 * A copy of the contract
 *
 * - without what only people read (descriptions, examples) and, where answers are not checked, without them: the validator
 *   walks all of it several times for each operation, when the first request for that comes in;
 * - in which a choice by `discriminator` is a chain of conditions: of a `oneOf` the validator reports what is wrong with
 *   every branch, and nobody finds the one mistake among them.
 *
 * @param withAnswers whether answers are checked too
 */
export function specificationOf(contract: Contract, withAnswers: boolean): unknown {
  return rewrite(contract.document, new Set([...PROSE, ...(withAnswers ? [] : ANSWERS)]));
}

const PROSE = ['description', 'summary', 'example', 'examples'];
const ANSWERS = ['responses', 'headers'];

/** @param keysAreNames in a map of `properties` the keys are names of the data, whatever they are called */
function rewrite(node: unknown, left: ReadonlySet<string>, keysAreNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => rewrite(item, left));
  if (typeof node !== 'object' || node === null) return node;
  if (!keysAreNames && isDiscriminated(node)) return asConditions(node);
  const entries = Object.entries(node).filter(([key]) => keysAreNames || !left.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, rewrite(value, left, key === 'properties' && !keysAreNames)]),
  );
}

interface DiscriminatedSchema {
  discriminator: { propertyName: string; mapping: Record<string, string> };
}

function isDiscriminated(node: object): node is DiscriminatedSchema {
  return 'discriminator' in node;
}

function asConditions({ discriminator: { propertyName, mapping } }: DiscriminatedSchema): unknown {
  return {
    type: 'object',
    required: [propertyName],
    properties: { [propertyName]: { type: 'string', enum: Object.keys(mapping) } },
    allOf: Object.entries(mapping).map(([value, $ref]) => ({
      if: { type: 'object', required: [propertyName], properties: { [propertyName]: { const: value } } },
      then: { $ref },
    })),
  };
}
