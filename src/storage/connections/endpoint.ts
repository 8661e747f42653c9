/**
 * A Redis server as plain data: where it is and how to prove who we are. Workers get these once, at start; a task then
 * names its server only, so that no secret travels with work or reaches a plan, an error or a log.
 */

export interface TlsOptions {
  /** PEM text of the authorities to trust; absent: the machine's own. */
  readonly ca?: string;
  /** PEM text of the client's certificate, with `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** Name to check the certificate against; absent: the host. */
  readonly serverName?: string;
  /** False accepts any certificate (for tests with self-signed ones). Default true. */
  readonly rejectUnauthorized?: boolean;
}

export interface Endpoint {
  /** The name SQL uses (`server => 'name'`); 'default' is the session's own. */
  readonly name: string;
  /** Host and port, or the path of a unix socket. */
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly tls: TlsOptions | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
  readonly connectTimeoutMs: number;
  /** A server that has replies to give and stays silent for so long is given up (RQ_REDIS_TIMEOUT). */
  readonly replyTimeoutMs: number;
}
