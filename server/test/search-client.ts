/** Searches that tests send. */
import assert from 'node:assert/strict';
import type { components } from '@document-sync/sdk';
import request, { type Response } from 'supertest';
import type { TestServer } from './test-server.js';

export type SearchResults = components['schemas']['SearchResults'];
type Parameters = Readonly<Record<string, string | number | boolean>>;

/** Searches and gives back the answer, whatever it is. */
export async function getSearch(server: Pick<TestServer, 'url'>, parameters: Parameters): Promise<Response> {
  return request(server.url).get('/search').query(parameters);
}

/** What is found; expects that the search is answered. */
export async function search(
  server: Pick<TestServer, 'url'>,
  q: string,
  parameters: Parameters = {},
): Promise<SearchResults> {
  const response = await getSearch(server, { q, ...parameters });
  assert.equal(response.status, 200, response.text);
  return response.body as SearchResults;
}

/** The names of what is found, in order. */
export async function searchNames(
  server: Pick<TestServer, 'url'>,
  q: string,
  parameters: Parameters = {},
): Promise<string[]> {
  const { results } = await search(server, q, parameters);
  return results.map(({ document }) => document.name);
}

/** Follows the links of a search to its end; every page's answer. */
export async function searchPages(server: TestServer, parameters: Parameters): Promise<SearchResults[]> {
  const pages: SearchResults[] = [];
  let response = await getSearch(server, parameters);
  for (;;) {
    assert.equal(response.status, 200, response.text);
    pages.push(response.body as SearchResults);
    const link = /^<([^>]+)>; rel="next"$/.exec(response.headers['link'] ?? '')?.[1];
    if (link === undefined) return pages;
    response = await request(server.url).get(link);
  }
}
