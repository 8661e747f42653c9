/** The words of the launcher: how a throw-away Redis is to be, and what a running one offers. */
import type { Command, Reply } from './tiny-client.ts';

/** How the server is to be; all parts may be left out. */
export interface RedisOptions {
  /** Load search, JSON, time series and Bloom filters; true unless told. */
  readonly modules?: boolean;
  /** A port to listen on, to come back after `stop()`; a free one unless told. */
  readonly port?: number;
  /** Further arguments of redis-server, such as `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[];
  /** Users, as ACL SETUSER takes them: `'reader on >secret ~user:* +@read'`. The default user stays as it is. */
  readonly acl?: readonly string[];
  /** The password of the default user. */
  readonly password?: string;
  /** Listen with TLS on a second port, by these PEM files; the plain port stays open, too. */
  readonly tls?: RedisTlsOptions;
  /** Listen on a unix socket as well. */
  readonly unixSocket?: boolean;
}

export interface RedisTlsOptions {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** Ask each client for a certificate of that CA; false unless told. */
  readonly clientCertificates?: boolean;
}

/** A running server; `await using` ends it. */
export interface RunningRedis extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `redis://127.0.0.1:PORT`, without the password. */
  readonly url: string;
  /** The port with TLS, and its URL; undefined without the option `tls`. */
  readonly tlsPort: number | undefined;
  readonly tlsUrl: string | undefined;
  /** The path of the unix socket; undefined without the option `unixSocket`. */
  readonly socketPath: string | undefined;
  /** The process to signal; with Docker it is Docker's client, which passes on what can be caught. */
  readonly pid: number;
  /** Such as 7.4.1. */
  readonly version: string;
  /** True where search is loaded. */
  readonly hasSearch: boolean;
  /** What this Redis lacks, for a person to read. */
  readonly note: string | undefined;
  /** Sends one command on the launcher's own connection; bulk strings are decoded as UTF-8. */
  call(...words: Command): Promise<Reply>;
  /** As `call`, with bulk strings as bytes. */
  callBytes(...words: Command): Promise<unknown>;
  /** Sends many commands pipelined and drops the replies; rejects with the first error. */
  callAll(commands: Iterable<Command>): Promise<void>;
  /** Settles when the server has ended, in whatever way. */
  readonly ended: Promise<void>;
  /** Ends the server at once, as a crash does, and removes its folder; a second call does nothing. */
  stop(): Promise<void>;
}
