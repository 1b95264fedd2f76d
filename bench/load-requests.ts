import type { LoadJob } from './load-jobs.js';
import { edits, merges } from './requests/changes.js';
import type { Requests } from './requests/load-request.js';
import { pushes, versions } from './requests/pushes.js';
import { parts, pulls, queries } from './requests/reads.js';

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
    case 'version':
      return versions(job);
    case 'edit':
      return edits(job);
    case 'merge':
      return merges(job);
    case 'part':
      return parts(job);
  }
}
