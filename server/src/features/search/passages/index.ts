/** What is shown of documents that were found: passages of their texts. Knows texts and patterns, no database. */
export { hasHeadings } from './headings.js';
export { importanceOf } from './importance.js';
export { findMatches } from './matching.js';
export { cutSections, paragraphsOf, type Lines, type Section } from './sections.js';
export { nameMatches, snippetsOf, type Passage, type SnippetOptions } from './snippets.js';
export { countTokens } from './tokens.js';
