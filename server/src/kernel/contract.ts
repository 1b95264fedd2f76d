/** The contract's types that every room may use; types only, so nothing of the SDK is loaded at run time. */
import type { components } from '@document-sync/sdk';

export type { operations } from '@document-sync/sdk';

type Schemas = components['schemas'];

export type ApiKey = Schemas['ApiKey'];
export type BatchChange = Schemas['BatchChange'];
export type BatchChangeResult = Schemas['BatchChangeResult'];
export type BatchFailure = Schemas['BatchFailure'];
export type BatchItem = Schemas['BatchItem'];
export type Collection = Schemas['Collection'];
export type CollectionChange = Schemas['CollectionChange'];
export type Context = Schemas['Context'];
export type ContextOmission = Schemas['ContextOmission'];
export type ContextPassage = Schemas['ContextPassage'];
export type ContentEdit = Schemas['ContentEdit'];
export type CreatedLink = Schemas['CreatedLink'];
export type DeletedDocument = Schemas['DeletedDocument'];
export type DiffHunk = Schemas['DiffHunk'];
export type Document = Schemas['Document'];
export type DocumentChange = Schemas['DocumentChange'];
export type Correction = Schemas['Correction'];
export type EditFinding = Schemas['EditFinding'];
export type Grant = Schemas['Grant'];
export type Heading = Schemas['Heading'];
export type Health = Schemas['Health'];
export type IndexStatus = Schemas['IndexStatus'];
export type Match = Schemas['Match'];
export type MergeConflict = Schemas['MergeConflict'];
export type NewApiKey = Schemas['NewApiKey'];
export type Outline = Schemas['Outline'];
export type Problem = Schemas['Problem'];
export type ProblemCode = Schemas['ProblemCode'];
export type Role = Schemas['Role'];
export type Scope = Schemas['Scope'];
export type SearchResult = Schemas['SearchResult'];
export type SearchResults = Schemas['SearchResults'];
export type ShareLink = Schemas['ShareLink'];
export type Snippet = Schemas['Snippet'];
export type TagCount = Schemas['TagCount'];
export type Tenant = Schemas['Tenant'];
export type TextPart = Schemas['TextPart'];
export type TextSpan = Schemas['TextSpan'];
export type Usage = Schemas['Usage'];
export type Version = Schemas['Version'];
export type VersionChange = Schemas['VersionChange'];
export type WhoAmI = Schemas['WhoAmI'];
