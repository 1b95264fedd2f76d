/** The contract as the validator is given it: a copy in any case, since it changes what it is given. */
import type { Contract } from './contract.js';

/**
 * A copy of the contract
 *
 * - without what only people read (descriptions, examples): the validator walks all of it several times for each
 *   operation, and then it takes half the time to be ready;
 * - in which a choice by `discriminator` is a chain of conditions: of a `oneOf` the validator reports what is wrong with
 *   every branch, and nobody finds the one mistake among them.
 */
export function specificationOf(contract: Contract): unknown {
  return rewrite(contract.document);
}

const PROSE: ReadonlySet<string> = new Set(['description', 'summary', 'example', 'examples']);

/** @param keysAreNames in a map of `properties` the keys are names of the data, whatever they are called */
function rewrite(node: unknown, keysAreNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => rewrite(item));
  if (typeof node !== 'object' || node === null) return node;
  if (!keysAreNames && isDiscriminated(node)) return asConditions(node);
  const entries = Object.entries(node).filter(([key]) => keysAreNames || !PROSE.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, rewrite(value, key === 'properties' && !keysAreNames)]),
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
