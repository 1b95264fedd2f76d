/** The contract as the tests read it: the file itself, without the server's own reader in between. */
import { readFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { load } from 'js-yaml';

export interface Schema {
  $ref?: string;
}

export interface Example {
  $ref?: string;
  value?: unknown;
}

export interface Described {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  schema?: Schema & { examples?: unknown[] };
  examples?: Record<string, Example>;
}

export interface ContractResponse {
  $ref?: string;
  headers?: Record<string, Described>;
  content?: Record<string, Described>;
}

export interface ContractOperation {
  operationId: string;
  parameters?: Described[];
  requestBody?: { content: Record<string, Described> };
  responses: Record<string, ContractResponse>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options'] as const;
type Method = (typeof METHODS)[number];
type PathItem = Partial<Record<Method, ContractOperation>> & { parameters?: Described[] };

export interface ContractDocument {
  paths: Record<string, PathItem>;
  components: Record<string, Record<string, unknown>>;
}

export const CONTRACT_FILE = resolvePath(import.meta.dirname, '../../../openapi.yaml');
export const contractText = readFileSync(CONTRACT_FILE, 'utf8');
export const contract = load(contractText) as ContractDocument;

/** Follows a `$ref` within the contract; what is no reference comes back as it is. */
export function resolve<T extends { $ref?: string }>(value: T): T {
  if (value.$ref === undefined) return value;
  const steps = value.$ref.replace(/^#\//, '').split('/');
  let target: unknown = contract;
  for (const step of steps) target = (target as Record<string, unknown> | undefined)?.[step];
  if (target === undefined) throw new Error(`the contract has no ${value.$ref}`);
  return resolve(target as T);
}

/** Where an operation stands in the contract. */
export interface ContractRoute {
  method: string;
  path: string;
  operation: ContractOperation;
}

/** Every operation of the contract. */
export const contractRoutes: readonly ContractRoute[] = Object.entries(contract.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
  }),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
// A CommonJS module whose types promise a default export that Node does not give.
(ajvFormats as unknown as (instance: Ajv2020) => void)(ajv);
// `int64` and `binary` say how a program holds the value; they say nothing that JSON could break.
ajv.addFormat('int64', true);
ajv.addFormat('binary', true);
ajv.addSchema(contract, 'contract');

const compiled = new Map<string, ValidateFunction>();

/** What breaks the schema that stands at `pointer` of the contract (`#/components/schemas/Problem`); empty when nothing does. */
export function schemaMistakes(pointer: string, value: unknown): string[] {
  let validate = compiled.get(pointer);
  if (!validate) {
    validate = ajv.compile({ $ref: `contract${pointer}` });
    compiled.set(pointer, validate);
  }
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }: ErrorObject) => `${instancePath}: ${message ?? ''}`);
}
