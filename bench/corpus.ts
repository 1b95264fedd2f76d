import { randomNumbers } from './random-numbers.js';

/** A document of a generated store: what a person could have pushed. */
export interface CorpusDocument {
  readonly name: string;
  readonly filename: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** So many documents of every store, spread evenly over it, carry the rare words and tags: a page of 100 rows. */
export const MARKED_DOCUMENTS = 100;

/** Ranked: the share of documents that carry the tag of rank r is `0.27 / r^1.755`: 27 %, 8 %, 4 % … 0.03 %. */
export const TOPICS = [
  ...['design', 'docs', 'api', 'backend', 'testing', 'security', 'frontend', 'database', 'performance', 'review'],
  ...['planning', 'research', 'meeting', 'onboarding', 'deployment', 'monitoring', 'billing', 'search', 'mobile'],
  ...['legal', 'hiring', 'budget', 'roadmap', 'support', 'analytics', 'accessibility', 'localisation', 'compliance'],
  ...['migration', 'networking', 'storage', 'caching', 'logging', 'metrics', 'release', 'training', 'vendor'],
  ...['procurement', 'branding', 'events', 'partners', 'pricing', 'travel', 'facilities', 'archive', 'prototype'],
  ...['benchmark', 'licensing'],
] as const;

/** The rarest topic, on about 0.03 % of the documents. */
export const RAREST_TOPIC = 'licensing';

const KINDS = ['specification', 'meeting notes', 'design', 'proposal', 'guide', 'checklist', 'hand-off', 'summary'];
const SUBJECTS = [
  ...['billing', 'the login page', 'the search index', 'document storage', 'the upload path', 'user accounts'],
  ...['the mobile app', 'access control', 'the event journal', 'the import job', 'backups', 'the dashboard'],
  ...['rate limits', 'the public API', 'text extraction', 'the release pipeline', 'error budgets', 'data retention'],
];
const ADJECTIVES = [
  'Quarterly',
  'First',
  'Revised',
  'Short',
  'Detailed',
  'Internal',
  'Joint',
  'Final',
  'Weekly',
  'Open',
];
const EXTENSIONS = ['md', 'md', 'md', 'txt', 'csv', 'json', 'png'];

/**
 * The documents of a store, oldest first; the same for the same count, on every machine.
 * @param count how many, a multiple of `MARKED_DOCUMENTS`
 */
export function* corpus(count: number): Generator<CorpusDocument> {
  const random = randomNumbers(count);
  const every = count / MARKED_DOCUMENTS;
  for (let index = 0; index < count; index += 1) yield documentAt(index, index % every === 0, random);
}

function documentAt(index: number, marked: boolean, random: () => number): CorpusDocument {
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  };
  const kind = random() < 0.27 || marked ? 'report' : pick(KINDS);
  const edition = random() < 0.1 ? ' v2' : '';
  const name = `${pick(ADJECTIVES)} ${kind} on ${pick(SUBJECTS)}${edition}${marked ? ' Zeppelin QZ' : ''} ${index + 1}`;
  const tags = new Set<string>(marked ? ['design', 'docs', 'retrospective', 'offsite'] : []);
  TOPICS.forEach((topic, rank) => {
    if (random() < 0.27 / (rank + 1) ** 1.755) tags.add(topic);
  });
  tags.add(`project-${1 + Math.floor(random() ** 2 * 300)}`);
  const status = random();
  if (status < 0.4) tags.add(status < 0.2 ? 'draft' : 'final');
  return {
    name,
    filename: `${name.toLowerCase().replaceAll(' ', '-')}.${pick(EXTENSIONS)}`,
    tags: [...tags],
    description: random() < 0.5 ? '' : `What the team found out about ${pick(SUBJECTS)}, and what to do next.`,
  };
}
