/** How many keys scans looked at, in words: SCAN walks over every key of the database, also where few of them match. */
import { counted, grouped, shortCount } from '../../output/index.ts';

/** Part of a scan's counters. */
export interface KeyNumbers {
  readonly server: string;
  /** Keys that matched the pattern, or were asked for. */
  readonly keysScanned: number;
  /** How much of the database SCAN walked over. */
  readonly walkedMillionths: number;
}

/** Millionths of a walk over the whole database. */
const WHOLE = 1_000_000;
/** An estimate of what was walked over that is within this share of what matched says nothing more. */
const NEAR = 0.1;

/** What walks over the own server's keyspace came past. */
export interface Walk {
  /** Null where the database's size is not known. */
  readonly keys: number | null;
  /** Every walk came to its end: then `keys` is no estimate. */
  readonly isWhole: boolean;
  /** The mean of all walks, 0 to 1. */
  readonly share: number;
  /** Keys that they found. */
  readonly matched: number;
}

/** Adds up the walks of a statement; null where it has none. `databaseKeys` is DBSIZE of the own server; null: not known. */
export function walkOf(scans: readonly KeyNumbers[], databaseKeys: number | null): Walk | null {
  const walks = scans.filter(({ walkedMillionths }) => walkedMillionths > 0);
  if (walks.length === 0) return null;
  const shares = walks.map(({ walkedMillionths }) => Math.min(1, walkedMillionths / WHOLE));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const matched = walks.reduce((sum, { keysScanned }) => sum + keysScanned, 0);
  const isOwn = walks.every(({ server }) => server === 'default');
  return {
    keys: isOwn && databaseKeys !== null ? Math.max(matched, Math.round(total * databaseKeys)) : null,
    isWhole: shares.every((share) => share === 1),
    share: total / walks.length,
    matched,
  };
}

/**
 * `299,108 keys walked, 2 matched`; `about 1.2k keys walked, 2 matched` where a LIMIT ended the walk; `30% of the keys walked, …`
 * where the size is not known. Null where all that was looked at matched, or was asked for by name or index.
 */
export function walkText(scans: readonly KeyNumbers[], databaseKeys: number | null): string | null {
  const walk = walkOf(scans, databaseKeys);
  if (walk === null || saysNothing(walk)) return null;
  const others = keysScannedBy(scans) - walk.matched;
  const rest = others === 0 ? '' : `, ${grouped(others)} more read`;
  return `${walkedText(walk)} walked, ${grouped(walk.matched)} matched${rest}`;
}

/** As `walkText`, and `12,408 keys scanned` where that says nothing. */
export function keysText(scans: readonly KeyNumbers[], databaseKeys: number | null): string {
  return walkText(scans, databaseKeys) ?? `${counted(keysScannedBy(scans), 'key')} scanned`;
}

function keysScannedBy(scans: readonly KeyNumbers[]): number {
  return scans.reduce((sum, { keysScanned }) => sum + keysScanned, 0);
}

function saysNothing({ keys, isWhole, matched }: Walk): boolean {
  return keys !== null && keys - matched <= (isWhole ? 0 : NEAR * matched);
}

function walkedText({ keys, isWhole, share }: Walk): string {
  if (keys === null) return isWhole ? 'all keys' : `${Math.floor(100 * share)}% of the keys`;
  return isWhole ? counted(keys, 'key') : `about ${shortCount(keys)} keys`;
}
