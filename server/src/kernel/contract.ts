/** The contract's types that every room may use; types only, so nothing of the SDK is loaded at run time. */
import type { components } from '@document-sync/sdk';

export type { operations } from '@document-sync/sdk';
export type Document = components['schemas']['Document'];
export type DocumentChange = components['schemas']['DocumentChange'];
export type ProblemCode = components['schemas']['ProblemCode'];
