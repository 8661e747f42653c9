/**
 * Error replies of Redis and failures of its sockets, as RedQueryErrors: the one place where their texts are read.
 * Never repeats an argument of a command, so that no password can come back out of a reply.
 */
import { type ErrorCode, RedQueryError } from '../../errors.ts';

const MAX_REPLY_CHARS = 300;

interface ReplyRule {
  readonly test: RegExp;
  readonly code: ErrorCode;
  readonly hint: string;
}

/** First match wins. The first word of a reply is its kind; older servers say `ERR` and a sentence. */
const REPLY_RULES: readonly ReplyRule[] = [
  {
    test: /^(WRONGPASS|NOAUTH)\b|^ERR (invalid password|invalid username-password|AUTH |Client sent AUTH)|^DENIED\b/i,
    code: 'RQ_REDIS_AUTH',
    hint: 'Give the user and password of this server: redis://user:password@host:port, or the options username and password.',
  },
  {
    test: /^NOPERM\b|^ERR .*\bno permissions?\b/i,
    code: 'RQ_REDIS_PERMISSION',
    hint: 'Let the user run this command on these keys (ACL SETUSER), or connect as another user.',
  },
  { test: /^LOADING\b/, code: 'RQ_REDIS_LOADING', hint: 'The server reads its data from disk; try again when it has.' },
  {
    test: /^(BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b|^ERR max number of clients/i,
    code: 'RQ_REDIS_BUSY',
    hint: 'Try again later; INFO clients and SCRIPT KILL show and end what keeps the server busy.',
  },
];

/**
 * Gives the error for an error reply. `command` is the command's name only, never its arguments.
 * Codes: RQ_REDIS_AUTH, RQ_REDIS_PERMISSION, RQ_REDIS_LOADING, RQ_REDIS_BUSY, else RQ_REDIS_ERROR.
 */
export function redisErrorFrom(message: string, command: string): RedQueryError {
  const reply = replyTextFrom(message);
  const name = command.toUpperCase();
  const rule = REPLY_RULES.find(({ test }) => test.test(reply));
  if (rule === undefined) return new RedQueryError('RQ_REDIS_ERROR', `Redis refused ${name}: ${reply}`);
  const text = rule.code === 'RQ_REDIS_PERMISSION' ? `no permission to run ${name}: ${reply}` : `Redis refused ${name}: ${reply}`;
  return new RedQueryError(rule.code, text, { hint: rule.hint });
}

/** Tells whether a server refused AUTH only because it wants no password at all: then one may go on without. */
export function isNeedlessPassword(error: unknown): boolean {
  return error instanceof RedQueryError && /without any password configured|no password is set/.test(error.message);
}

/** `unknown command` replies echo the arguments (HELLO 3 AUTH user password on an old server): they are cut off. */
function replyTextFrom(message: string): string {
  const echo = message.search(/,? with args beginning with/i);
  const text = (echo === -1 ? message : message.slice(0, echo)).replace(/\p{Cc}+/gu, ' ').trim();
  return text.length > MAX_REPLY_CHARS ? `${text.slice(0, MAX_REPLY_CHARS)}…` : text;
}

/** What the codes of node:net mean to the reader. */
const SOCKET_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'no such socket file',
  ENOTSOCK: 'this file is no socket',
  EACCES: 'no permission to open it',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'no way to this host',
  ENETUNREACH: 'no way to this network',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the other side closed the connection',
  EPIPE: 'the other side closed the connection',
};

/** Codes and texts of node:tls and OpenSSL: the handshake or the certificate failed. */
const TLS_CODE =
  /^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO$|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|CRL_)/;
const TLS_TEXT = /before secure TLS connection was established|wrong version number|SSL routines|certificate/i;

/**
 * Gives the error for a connection that could not be made. `endpointText` is that of `describeEndpoint`.
 * Codes: RQ_REDIS_TLS where TLS or a certificate was refused, else RQ_REDIS_UNREACHABLE.
 */
export function connectErrorFrom(error: unknown, endpointText: string): RedQueryError {
  if (error instanceof RedQueryError) return error;
  const { code, message } = partsOf(error);
  if (TLS_CODE.test(code) || TLS_TEXT.test(message)) {
    return new RedQueryError('RQ_REDIS_TLS', `no TLS connection to ${endpointText}: ${textOf(code, message)}`, {
      cause: error,
      hint: 'Check that this port speaks TLS, and the options tls.ca, tls.cert, tls.key and tls.serverName.',
    });
  }
  const why = SOCKET_TEXTS[code];
  const text = why === undefined ? textOf(code, message) : `${why} (${code})`;
  return new RedQueryError('RQ_REDIS_UNREACHABLE', `no connection to ${endpointText}: ${text}`, {
    cause: error,
    hint: 'Check that the server runs and that host, port or path are right.',
  });
}

/**
 * Gives RQ_REDIS_TLS for a server that took the connection and left the handshake unanswered: a port without TLS takes it
 * for the start of a command, and waits for its end.
 */
export function noHandshakeError(endpointText: string, connectTimeoutMs: number): RedQueryError {
  const text = `${endpointText} took the connection but no TLS handshake within ${connectTimeoutMs} ms (connectTimeoutMs)`;
  return new RedQueryError('RQ_REDIS_TLS', text, {
    hint: 'A port without TLS does so: try redis:// instead of rediss://, or the TLS port.',
  });
}

/** Tells whether a connection was given up because nothing came in time. */
export function isConnectTimeout(error: unknown): boolean {
  return partsOf(error).code === 'ETIMEDOUT';
}

/** A name with several addresses fails with an AggregateError whose parts hold the reasons. */
function partsOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (first instanceof Error && (code === '' || error.message === '')) return partsOf(first);
  return { code, message: error.message };
}

function textOf(code: string, message: string): string {
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}
