/** Who a client is and what it may do, and the seam between listener and authentication. */

/** What a user may do. */
export interface WireUser {
  readonly name: string;
  /** Globs of keys that the user may read; null: all. */
  readonly keyPatterns: readonly string[] | null;
  /** Names for `server =>` that the user may use; null: all. */
  readonly servers: readonly string[] | null;
  readonly statementTimeoutMs: number | null;
  /** Keys that one scan may walk over; null: no limit. */
  readonly maxScanKeys: number | null;
  readonly maxConnections: number | null;
  readonly isReadOnly: boolean;
  /** The Redis user that the session logs in as; null: the server's own. The password is read from the file only. */
  readonly redis: { readonly username: string; readonly password: string } | null;
}

/** How a connection came in, as far as authentication looks at it. */
export interface Channel {
  readonly isTls: boolean;
  readonly isLocal: boolean;
  /** tls-server-end-point (RFC 5929): the hash of the server's certificate; null without TLS. */
  readonly certificateHash: Uint8Array | null;
  /** Common name of the client's verified certificate; null: none. */
  readonly clientCertificateName: string | null;
}

/** A message of authentication to the client, before its framing: the body behind 'R' and the length. */
export type AuthenticationStep =
  | { readonly kind: 'send'; readonly body: Uint8Array; readonly isFinished: false }
  /** Done; `body` (SASLFinal) goes out before AuthenticationOk where there is one. */
  | { readonly kind: 'done'; readonly body: Uint8Array | null; readonly user: WireUser };

/** One client's authentication. `next` is given null first, then the body of each 'p' message. */
export interface Authentication {
  /** @throws {PgError} 28P01, 28000, 08P01: FATAL, always. */
  next(message: Uint8Array | null): AuthenticationStep | Promise<AuthenticationStep>;
}

export interface Authenticator {
  begin(userName: string, channel: Channel): Authentication;
}
