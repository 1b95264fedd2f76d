/** The door of folder sync: a folder and the documents of a tag or a collection are compared, planned and brought in step. */
export type { ApplyResult, Done, Failed } from './apply.js';
export type { DocumentSet } from './document-set.js';
export { type FailureGroup, failureOfSync, groupedFailures } from './failures.js';
export { documentsToApply, type PlanFile, readPlanFile, writePlanFile } from './plan-file.js';
export type { Action, LeftAlone, Plan, PlanOptions } from './plan-types.js';
export { counted, doneLine, leftLine, planLines } from './report.js';
export { type Planned, planSync, syncFolder, type SyncOptions, type SyncResult } from './sync.js';
export { type WatchListener, watchFolder, type WatchOptions } from './watch.js';
export type { SyncedFolder } from './survey.js';
export { type LockedFile, pullLocked, type PullLockedResult } from './pull-locked.js';
