/** The contract as data: read once, asked by the validator, the router and the form reader. */
import { load } from 'js-yaml';
import type { RateClass } from '../kernel/allowance.js';
import type { Scope } from '../kernel/contract.js';
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
  additionalProperties?: boolean | Schema;
}

interface MediaType {
  schema: Schema;
  encoding?: Record<string, { style?: string; explode?: boolean }>;
}

/** A parameter as far as the edge looks into it. */
export interface Parameter {
  name: string;
  in: string;
  schema: Schema;
  required?: boolean;
  allowEmptyValue?: boolean;
}

type ParameterOrReference = Parameter | { $ref: string };

interface Answer {
  headers?: Record<string, unknown>;
}

interface Operation {
  operationId: OperationId;
  parameters?: ParameterOrReference[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, Answer | { $ref: string }>;
  security?: Record<string, Scope[]>[];
  /** Our own word: which limit counts its requests. */
  'x-rate-class': RateClass;
  /** Our own word: how large a JSON body of the operation may be. */
  'x-max-body-bytes'?: number;
}

export const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options'] as const;
export type Method = (typeof METHODS)[number];

interface ContractDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Partial<Record<Method, Operation>> & { parameters?: ParameterOrReference[] }>;
  security: Record<string, Scope[]>[];
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Answer>;
  };
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

  /** Whether an operation can do without a body. */
  allowsNoBody({ path, method }: Route): boolean {
    return this.document.paths[path]?.[method]?.requestBody?.required !== true;
  }

  /** Whether an operation refuses requests whose `If-Match` does not say what they replace (428). */
  demandsPrecondition(route: Route): boolean {
    const { path, method } = route;
    const refuses = '428' in (this.document.paths[path]?.[method]?.responses ?? {});
    return refuses && this.parameters(route).some(({ name }) => name === 'If-Match');
  }

  /** The scopes one of which a key needs for an operation: none of them where any key will do; undefined where none is needed. */
  requiredScopes({ path, method }: Route): Scope[] | undefined {
    const security = this.document.paths[path]?.[method]?.security ?? this.document.security;
    if (security.length === 0) return undefined;
    return [...new Set(security.flatMap((requirement) => Object.values(requirement).flat()))];
  }

  /** Which limit counts an operation's requests. */
  rateClass({ path, method }: Route): RateClass {
    const rateClass = this.document.paths[path]?.[method]?.['x-rate-class'];
    if (rateClass === undefined) throw new Error(`the contract has no x-rate-class for ${method} ${path}`);
    return rateClass;
  }

  /** The names of all headers that answers have. */
  answerHeaders(): string[] {
    const names = this.routes().flatMap(({ path, method }) =>
      Object.values(this.document.paths[path]?.[method]?.responses ?? {}).flatMap((answer) => {
        const { responses } = this.document.components;
        const named = '$ref' in answer ? responses[answer.$ref.replace('#/components/responses/', '')] : answer;
        return Object.keys(named?.headers ?? {});
      }),
    );
    return [...new Set(names)].sort();
  }

  /** How many bytes a JSON body may have, where the operation says so. */
  maxBodyBytes({ path, method }: Route): number | undefined {
    return this.document.paths[path]?.[method]?.['x-max-body-bytes'];
  }

  /** The parameters of an operation, those of its path too. */
  parameters({ path, method }: Route): readonly Parameter[] {
    const item = this.document.paths[path];
    return [...(item?.parameters ?? []), ...(item?.[method]?.parameters ?? [])].map((parameter) => {
      if (!('$ref' in parameter)) return parameter;
      const target = this.document.components.parameters[parameter.$ref.replace('#/components/parameters/', '')];
      if (!target) throw new Error(`the contract has no ${parameter.$ref}`);
      return target;
    });
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
}
