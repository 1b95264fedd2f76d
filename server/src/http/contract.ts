/** The contract as data: read once, asked by the validator, the router and the form reader. */
import { load } from 'js-yaml';
import type { OperationId } from './operation.js';

/** A JSON Schema as far as the edge itself looks into it. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  description?: string;
  maxLength?: number;
  properties?: Record<string, Schema>;
}

interface MediaType {
  schema: Schema;
  encoding?: Record<string, { style?: string; explode?: boolean }>;
}

/** A parameter as far as the edge looks into it; one that is a `$ref` has no name here. */
interface Parameter {
  name?: string;
  allowEmptyValue?: boolean;
}

interface Operation {
  operationId: OperationId;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

interface ContractDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: { schemas: Record<string, Schema> };
}

/** Where an operation stands. */
export interface Route {
  readonly operationId: OperationId;
  readonly method: Method;
  /** As the contract writes it: `/documents/{document_id}`. */
  readonly path: string;
}

export class Contract {
  /** The file's own text. */
  readonly text: string;
  readonly document: ContractDocument;

  /** @param text the contract in YAML */
  constructor(text: string) {
    this.text = text;
    this.document = load(text) as ContractDocument;
  }

  get version(): string {
    return this.document.info.version;
  }

  /** Every operation with its place. */
  routes(): Route[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation ? [{ operationId: operation.operationId, method, path }] : [];
      }),
    );
  }

  /** The media types that an operation's body may have; none when it takes no body. */
  bodyTypes({ path, method }: Route): string[] {
    return Object.keys(this.document.paths[path]?.[method]?.requestBody?.content ?? {});
  }

  /** The parameters of an operation that stand in its own list. */
  parameters({ path, method }: Route): readonly Parameter[] {
    return this.document.paths[path]?.[method]?.parameters ?? [];
  }

  /** What the contract says, in words, of the values that a pattern describes. */
  describePattern(pattern: string): string | undefined {
    const schemas = Object.values(this.document.components.schemas);
    return schemas.find((schema) => schema.pattern === pattern)?.description;
  }

  /** A schema, with `$ref` followed to where it leads within the contract. */
  resolve(schema: Schema): Schema {
    let resolved = schema;
    while (resolved.$ref !== undefined) {
      const name = resolved.$ref.replace('#/components/schemas/', '');
      const target = this.document.components.schemas[name];
      if (!target) throw new Error(`the contract has no ${resolved.$ref}`);
      resolved = target;
    }
    return resolved;
  }

  /**
   * A copy without what only people read (descriptions, examples): the validator walks all of it several times for each
   * operation, and then it takes half the time to be ready.
   */
  withoutProse(): ContractDocument {
    return stripProse(this.document) as ContractDocument;
  }
}

const PROSE: ReadonlySet<string> = new Set(['description', 'summary', 'example', 'examples']);

/** In a map of `properties` the keys are names of the data, whatever they are called. */
function stripProse(node: unknown, keysAreNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => stripProse(item));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => keysAreNames || !PROSE.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, stripProse(value, key === 'properties' && !keysAreNames)]),
  );
}
