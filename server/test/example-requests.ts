/** Requests to any operation of the contract, made of the contract's own examples. */
import request, { type Test } from 'supertest';
import { resolve, type ContractRoute, type Described, contract } from './contract-document.js';
import { PIECE_TYPE } from './uploads-client.js';

/** What differs from the examples. */
export interface ExampleOptions {
  /** Path parameters by name; those that are not given are the contract's examples. */
  readonly ids?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bodies that can be carried out on whatever document; the contract's examples are about a certain one. */
const BODIES: Readonly<Record<string, object>> = {
  editContent: { edits: [{ op: 'append', text: 'one more line' }] },
};

/** The parameters of an operation, those of its path too. */
export function parametersOf({ path, operation }: ContractRoute): Described[] {
  return [...(contract.paths[path]?.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
}

/** A request that the contract's checks let pass. */
export function exampleRequest(
  server: { readonly url: string },
  route: ContractRoute,
  { ids = {}, headers = {} }: ExampleOptions = {},
): Test {
  const { method, operation } = route;
  const sending = request(server.url)[method.toLowerCase() as 'get'](addressOf(route, ids)).set('If-Match', '*');
  for (const parameter of parametersOf(route)) {
    if (parameter.in === 'query' && parameter.required)
      void sending.query({ [parameter.name ?? '']: exampleOf(parameter) });
  }
  void sending.set({ ...headers });
  const [type, described] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type === undefined || described === undefined) return sending;
  if (type === PIECE_TYPE) {
    const about = { 'Upload-Length': '1', 'Upload-Metadata': 'filename YQ==', 'Upload-Offset': '0' };
    return sending.set({ ...about, 'Content-Type': type }).send('y');
  }
  if (type === 'multipart/form-data') {
    if (operation.operationId === 'uploadDocuments') void sending.field('manifest', '{"items":[{"file":"file"}]}');
    return sending.attach('file', Buffer.from('y'), 'y.md');
  }
  return sending.send(BODIES[operation.operationId] ?? (exampleOf(described) as object));
}

/** The address of an operation: `/documents/doc_0123456789ab`. */
function addressOf(route: ContractRoute, ids: Readonly<Record<string, string>>): string {
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parametersOf(route).find((one) => one.in === 'path' && one.name === name);
    return ids[name] ?? String(parameter && exampleOf(parameter));
  });
}

function exampleOf(described: Described): unknown {
  const [named] = Object.values(described.examples ?? {});
  if (named) return resolve(named).value;
  return (described.schema && resolve(described.schema))?.examples?.[0];
}
