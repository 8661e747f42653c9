/**
 * What one session may do beside what all sessions may: a user of the server has such a guard, the library's own sessions have
 * none. Plain data; it is enforced by the session (statements, Redis), the engine thread (functions, names) and the workers (keys).
 */

export interface SessionGuard {
  /** Globs of keys that may be read; null: all. */
  readonly keyPatterns: readonly string[] | null;
  /** Names for `server =>` beside the session's own; null: all that the options name. */
  readonly servers: readonly string[] | null;
  /** Own objects and harmless functions only: no file, no network, nothing of other sessions or of the process. */
  readonly isSandboxed: boolean;
  /** Keys that one scan may find; SET may lower it, never raise it. Absent or null: as `settings` say. */
  readonly maxScanKeys?: number | null;
  /** Whose sessions share what one may have of engines and open statements; absent: each session for itself. */
  readonly owner?: string;
}

/** Gives the name under which a session's work is counted. */
export function ownerOf({ owner }: SessionGuard, sessionId: number): string {
  return owner === undefined ? `session ${sessionId}` : `owner ${owner}`;
}
