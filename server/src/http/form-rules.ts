/** What the contract says about a form: which part is a file, which a list, which plain text. */
import type { Contract, Route, Schema } from './contract.js';
import type { OperationId } from './operation.js';

export type PartKind = 'file' | 'list' | 'text';

/** The parts of one operation's form, by name. */
export type FormRules = ReadonlyMap<string, PartKind>;

/** The forms of all operations that take one. */
export function formRules(contract: Contract): Map<OperationId, FormRules> {
  const forms = new Map<OperationId, FormRules>();
  for (const { path, method, operationId } of contract.routes()) {
    const media = contract.document.paths[path]?.[method]?.requestBody?.content['multipart/form-data'];
    if (!media) continue;
    const rules = new Map<string, PartKind>();
    for (const [name, property] of Object.entries(contract.resolve(media.schema).properties ?? {})) {
      const schema = contract.resolve(property);
      const commaSeparated = media.encoding?.[name]?.style === 'form' && media.encoding[name].explode === false;
      rules.set(name, schema.format === 'binary' ? 'file' : commaSeparated ? 'list' : 'text');
    }
    forms.set(operationId, rules);
  }
  return forms;
}

/** Whether the form takes files under names of their own, beside the parts that the contract names. */
export function takesManyFiles(contract: Contract, { path, method }: Route): boolean {
  const media = contract.document.paths[path]?.[method]?.requestBody?.content['multipart/form-data'];
  return media !== undefined && typeof contract.resolve(media.schema).additionalProperties === 'object';
}

/** Checks a string against a schema's `pattern` and `maxLength` (in characters, as JSON Schema counts). */
export function stringChecker(schema: Schema): (value: string) => boolean {
  const pattern = new RegExp(schema.pattern ?? '', 'u');
  const { maxLength = Infinity } = schema;
  return (value) => Array.from(value).length <= maxLength && pattern.test(value);
}

/** A comma-separated list as people write it: space around items and empty items do not count. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
