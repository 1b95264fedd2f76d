import type { LoadJob } from './load-jobs.js';
import { archives } from './requests/archives.js';
import { articles } from './requests/articles.js';
import { batches } from './requests/batches.js';
import { edits, merges } from './requests/changes.js';
import type { Requests } from './requests/load-request.js';
import { pushes, versions } from './requests/pushes.js';
import { parts, pulls, queries } from './requests/reads.js';
import { searches } from './requests/searches.js';
import { uploads } from './requests/uploads.js';

/**
 * The requests of a job. Whatever can be made before the clock runs is made here.
 */
export function requestsOf(job: LoadJob): Requests {
  switch (job.kind) {
    case 'push':
      return pushes(job);
    case 'pull':
      return pulls(job);
    case 'query':
      return queries(job);
    case 'search':
      return searches(job);
    case 'article':
      return articles(job);
    case 'version':
      return versions(job);
    case 'edit':
      return edits(job);
    case 'merge':
      return merges(job);
    case 'part':
      return parts(job);
    case 'batch':
      return batches(job);
    case 'archive':
      return archives(job);
    case 'upload':
      return uploads(job);
  }
}
