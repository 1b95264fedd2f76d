/** Operations as the policy's test does them: on a real server, and in the model of it. */
import {
  FORBIDDEN,
  NOT_FOUND,
  problem,
  type AccessModel,
  type ModelDocument,
  type ModelKey,
  type Outcome,
} from './access-model.js';
import {
  attempt,
  digest,
  idsIn,
  idsOf,
  listing,
  outcomeOf,
  sample,
  type Operation,
  type Send,
  type Step,
} from './access-step.js';

const reading = (suffix: string): Operation =>
  attempt(
    ['documents:read'],
    ({ document }, send) => send('GET', `/documents/${document.id}${suffix}`),
    ({ by, document }, model) => model.refusalOfPresent(by.key, 'read', document),
    200,
  );

/** Pushing, and what becomes of it. */
const pushing = (
  request: (step: Step, send: Send) => Promise<Response>,
  refusal: (step: Step, model: AccessModel) => Outcome | undefined,
  content: (step: Step) => string,
  collection: (step: Step) => string | undefined,
): Operation =>
  attempt(['documents:write'], request, refusal, 201, (step, model, body) => {
    const { document_id } = JSON.parse(body) as { document_id: string };
    const into = collection(step);
    model.documents.push({
      tenant: step.by.key.tenant,
      id: document_id,
      tags: step.tags,
      collections: new Set(into === undefined ? [] : [into]),
      state: 'there',
      contents: [content(step)],
    });
  });

function form({ content, tags, collection }: Step): FormData {
  const data = new FormData();
  data.append('file', new Blob([content]), 'a.md');
  data.append('tags', tags.join(','));
  data.append('collection_id', collection);
  return data;
}

const first = ({ contents }: ModelDocument): string => contents[0] ?? '';
const inCollection = ({ by, collection }: Step, model: AccessModel): ModelDocument[] =>
  model.readable(by.key).filter(({ collections }) => model.knows(by.key, collection) && collections.has(collection));
const move = ({ collection, document }: Step): string => `/collections/${collection}/documents/${document.id}`;
const grantPlace = ({ collection, grantee }: Step): string =>
  `/collections/${collection}/grants/${grantee === 'everyone' ? grantee : grantee.key_id}`;
const granteeOf = ({ grantee }: Step): ModelKey | 'everyone' => (grantee === 'everyone' ? grantee : grantee.key);

/** Tags with how many documents have each, as `x 2`. */
function counted(documents: readonly ModelDocument[]): string[] {
  const tags = documents.flatMap((document) => document.tags);
  return [...new Set(tags)].sort().map((tag) => `${tag} ${tags.filter((other) => other === tag).length}`);
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  pull: reading(''),
  get: reading('/metadata'),
  versions: reading('/versions'),
  text: reading('/text'),
  outline: reading('/outline'),
  links: reading('/links'),
  diff: attempt(
    ['documents:read'],
    ({ document }, send) => send('GET', `/documents/${document.id}/diff`),
    ({ by, document }, model) =>
      model.refusalOfPresent(by.key, 'read', document) ??
      (document.contents.length < 2 ? problem(404, 'version_not_found') : undefined),
    200,
  ),
  share: attempt(
    ['documents:read'],
    ({ document }, send) => send('POST', `/documents/${document.id}/links`, {}),
    ({ by, document }, model) => model.refusalOfPresent(by.key, 'read', document),
    201,
  ),
  query: listing(
    () => '/documents',
    ({ by }, model) => idsOf(model.readable(by.key)),
  ),
  queryTagged: listing(
    ({ tags }) => `/documents?any_tags=${tags.join()}`,
    ({ by, tags }, model) =>
      idsOf(
        model
          .readable(by.key)
          .filter((document) => tags.length === 0 || tags.some((tag) => document.tags.includes(tag))),
      ),
  ),
  queryCollection: listing(
    ({ collection }) => `/documents?collection=${collection}`,
    (step, model) => idsOf(inCollection(step, model)),
  ),
  search: listing(
    () => '/search?q=shared&limit=100',
    ({ by }, model) => idsOf(model.readable(by.key)),
  ),
  searchCollection: listing(
    ({ collection }) => `/search?q=shared&collection=${collection}`,
    (step, model) => idsOf(inCollection(step, model)),
  ),
  // What says the same as another passage is left out of it.
  context: sample('/context?q=shared', ({ by }, model) => idsOf(model.readable(by.key))),
  archive: listing(
    () => '/archive?format=tar',
    ({ by }, model) => idsOf(model.readable(by.key)),
  ),
  trash: listing(
    () => '/trash',
    ({ by }, model) => idsOf(model.readable(by.key, 'trash')),
  ),
  tags: listing(
    () => '/tags',
    ({ by }, model) => counted(model.readable(by.key)),
    (text) =>
      (JSON.parse(text) as { tag: string; document_count: number }[]).map(
        ({ tag, document_count }) => `${tag} ${document_count}`,
      ),
  ),
  archiveOne: async ({ by, document }, model, send) => {
    const isFound = model.readable(by.key).includes(document);
    const there = isFound ? { status: 200, found: [document.id] } : NOT_FOUND;
    const expected = model.admits(by.key, 'documents:read') ? there : problem(403, 'insufficient_scope');
    const response = await send('GET', `/archive?format=tar&document_ids=${document.id}`);
    return { expected, received: await outcomeOf(response, idsIn) };
  },
  update: attempt(
    ['documents:write'],
    ({ document, tags }, send) => send('PATCH', `/documents/${document.id}`, { tags }),
    ({ by, document, tags }, model) =>
      model.refusalOfPresent(by.key, 'write', document) ??
      (model.may(by.key, 'write', { ...document, tags }) ? undefined : FORBIDDEN),
    200,
    ({ document, tags }) => {
      document.tags = tags;
    },
  ),
  edit: attempt(
    ['documents:write'],
    ({ content, document }, send) =>
      send('PATCH', `/documents/${document.id}/content`, { edits: [{ op: 'append', text: content }] }),
    // What does not fit is answered with what is there.
    ({ by, document }, model) =>
      model.refusal(by.key, 'write', document) ??
      (model.may(by.key, 'read', document) ? undefined : FORBIDDEN) ??
      model.refusalOfPresent(by.key, 'write', document),
    201,
    ({ document }, _, body) => {
      document.contents.push((JSON.parse(body) as { checksum_sha256: string }).checksum_sha256);
    },
  ),
  delete: attempt(
    ['documents:delete'],
    ({ document }, send) => send('DELETE', `/documents/${document.id}`),
    ({ by, document }, model) => model.refusalOfPresent(by.key, 'delete', document),
    200,
    ({ document }) => {
      document.state = 'trash';
    },
  ),
  purge: attempt(
    ['documents:delete'],
    ({ document }, send) => send('DELETE', `/documents/${document.id}?purge=true`),
    ({ by, document }, model) => model.refusal(by.key, 'delete', document),
    200,
    ({ document }) => {
      document.state = 'purged';
    },
  ),
  restore: attempt(
    ['documents:write'],
    ({ document }, send) => send('POST', `/documents/${document.id}/restore`),
    ({ by, document }, model) => model.refusal(by.key, 'write', document),
    200,
    ({ document }) => {
      document.state = 'there';
    },
  ),
  push: pushing(
    (step, send) => send('POST', '/documents', form(step)),
    ({ by, collection, tags }, model) => model.refusalOfPush(by.key, tags, collection),
    ({ content }) => digest(content),
    ({ collection }) => collection,
  ),
  pushByDigest: pushing(
    ({ document, tags }, send) => send('POST', '/documents', { checksum_sha256: first(document), tags }),
    ({ by, document, tags }, model) => {
      const readable = [...model.readable(by.key), ...model.readable(by.key, 'trash')];
      const isKnown = readable.some(({ contents }) => contents.includes(first(document)));
      return isKnown ? model.refusalOfPush(by.key, tags, undefined) : problem(404, 'content_not_found');
    },
    ({ document }) => first(document),
    () => undefined,
  ),
  add: attempt(
    ['documents:write'],
    (step, send) => send('PUT', move(step)),
    ({ by, collection, document }, model) => model.refusalOfMove(by.key, collection, document, 'in'),
    204,
    ({ collection, document }) => void document.collections.add(collection),
  ),
  remove: attempt(
    ['documents:write'],
    (step, send) => send('DELETE', move(step)),
    ({ by, collection, document }, model) => model.refusalOfMove(by.key, collection, document, 'out'),
    204,
    ({ collection, document }) => void document.collections.delete(collection),
  ),
  collections: async ({ by }, model, send) => {
    const known = [...(model.collections.get(by.key.tenant) ?? [])].filter((id) => model.knows(by.key, id)).sort();
    const isAdmitted = model.admits(by.key, 'documents:read', 'collections:manage');
    return {
      expected: isAdmitted ? { status: 200, found: known } : problem(403, 'insufficient_scope'),
      received: await outcomeOf(await send('GET', '/collections'), (text) =>
        (JSON.parse(text) as { collection_id: string }[]).map(({ collection_id }) => collection_id).sort(),
      ),
    };
  },
  grant: attempt(
    ['collections:manage'],
    (step, send) => send('PUT', grantPlace(step), { role: step.role }),
    (step, model) => model.refusalOfGrant(step.by.key, step.collection, granteeOf(step), step.role),
    200,
    (step, model) => {
      const { tenant } = step.by.key;
      model.grant({ tenant, collection: step.collection, grantee: granteeOf(step), role: step.role });
    },
  ),
  revoke: attempt(
    ['collections:manage'],
    (step, send) => send('DELETE', grantPlace(step)),
    ({ by, collection }, model) => model.refusalOfManaging(by.key, collection),
    204,
    (step, model) => {
      model.revoke({ tenant: step.by.key.tenant, collection: step.collection, grantee: granteeOf(step) });
    },
  ),
  deleteCollection: attempt(
    ['collections:manage'],
    ({ collection }, send) => send('DELETE', `/collections/${collection}`),
    ({ by, collection }, model) => model.refusalOfManaging(by.key, collection),
    204,
    ({ by, collection }, model) => {
      model.deleteCollection(by.key.tenant, collection);
    },
  ),
};
