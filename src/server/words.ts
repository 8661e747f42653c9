/**
 * The words that the parts of the server share, and the seams between them: the protocol (wire/, net/, session/), the language
 * (dialect/), the catalog (catalog/) and the engine (data/). Types only.
 */

export type * from './words/clients.ts';
export type * from './words/language.ts';
export type * from './words/queries.ts';
export type * from './words/tables.ts';
export type * from './words/users.ts';
