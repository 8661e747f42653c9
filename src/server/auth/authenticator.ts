/**
 * Finds out who a client is: by its certificate, by SCRAM, by a password in clear where that is allowed; or, without a user
 * file, by where it comes from. It reads and writes the bodies of authentication messages (PostgreSQL, 54.2.1 and 54.3);
 * their frames, and the time that a client may take, are the listener's.
 */
import { isDeepStrictEqual } from 'node:util';
import { PgError } from '../pg-error.ts';
import type { StoredUser, UserDirectory } from '../users/user-directory.ts';
import type { Authentication, AuthenticationStep, Authenticator, Channel, WireUser } from '../words.ts';
import { ScramExchange, type ScramMechanism } from './scram-exchange.ts';
import { isPasswordOf, mockVerifier, type ScramVerifier } from './scram-verifier.ts';

export type AuthenticationMethod = 'trust' | 'certificate' | 'scram' | 'scram-plus' | 'password';

/** One attempt that has ended, for log and metrics. Never holds what the client sent but its name. */
export interface AuthenticationReport {
  readonly user: string;
  readonly method: AuthenticationMethod;
  readonly isGranted: boolean;
}

export interface AuthenticatorOptions {
  /** Who there is, asked anew for every client; null: nobody is asked who they are, and only this machine is let in. */
  readonly users: UserDirectory | null;
  /** Refuses whoever comes without TLS, before they are asked for anything. Default false. */
  readonly requiresTls?: boolean;
  /** For users without a limit of their own. Default null: none. */
  readonly statementTimeoutMs?: number | null;
  readonly report?: (report: AuthenticationReport) => void;
}

/** Codes of AuthenticationRequest messages. */
const CLEARTEXT_PASSWORD = 3;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { users, requiresTls = false, statementTimeoutMs = null, report = () => undefined } = options;
  const limited = (user: WireUser): WireUser =>
    user.statementTimeoutMs === null && statementTimeoutMs !== null ? { ...user, statementTimeoutMs } : user;
  return {
    begin: (userName, channel) => {
      if (requiresTls && !channel.isTls) return new RefusePlain();
      if (users === null) return new TrustLocal({ userName, channel, limited, report });
      return new AskWho({ userName, channel, directory: users, limited, report });
    },
  };
}

/** Somebody on this machine, where there is no user file: may read everything, may change nothing. */
export function localUser(name: string): WireUser {
  return {
    name,
    keyPatterns: null,
    servers: null,
    statementTimeoutMs: null,
    maxScanKeys: null,
    maxConnections: null,
    isReadOnly: true,
    redis: null,
  };
}

/** Nobody is named: the connection is refused, not the user. */
class RefusePlain implements Authentication {
  next(): never {
    throw fatal('28000', 'the server takes no connection without TLS; connect with sslmode=require or stricter');
  }
}

interface Attempt {
  readonly userName: string;
  readonly channel: Channel;
  /** Puts the server's own limits on a user. */
  limited(user: WireUser): WireUser;
  report(report: AuthenticationReport): void;
}

class TrustLocal implements Authentication {
  readonly #attempt: Attempt;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  next(message: Uint8Array | null): AuthenticationStep {
    if (message !== null) throw unexpected();
    const { userName, channel } = this.#attempt;
    const isGranted = channel.isLocal;
    this.#attempt.report({ user: userName, method: 'trust', isGranted });
    if (!isGranted) throw fatal('28000', `user "${userName}" is not let in from another machine: the server has no user file`);
    return { kind: 'done', body: null, user: this.#attempt.limited(localUser(userName)) };
  }
}

interface AttemptOfUser extends Attempt {
  readonly directory: UserDirectory;
}

/**
 * With a user file. Somebody who is not in it is asked and answered like somebody who is; the messages, their lengths and the
 * work behind them are the same, and so is the refusal.
 */
class AskWho implements Authentication {
  readonly #attempt: AttemptOfUser;
  readonly #user: StoredUser | null;
  readonly #verifier: ScramVerifier;
  readonly #isDoomed: boolean;
  readonly #scram: ScramExchange;
  #mechanism: ScramMechanism | null = null;
  #state: 'begin' | 'password' | 'scram' | 'ended' = 'begin';

  constructor(attempt: AttemptOfUser) {
    const { userName, channel, directory } = attempt;
    this.#attempt = attempt;
    this.#user = directory.find(userName);
    // Made for everybody, so that it takes its time for everybody.
    const mock = mockVerifier(directory.mockKey, userName, directory.verifierShape);
    this.#verifier = this.#user?.verifier ?? mock;
    this.#isDoomed = (this.#user?.verifier ?? null) === null;
    const { certificateHash } = channel;
    this.#scram = new ScramExchange({ verifier: this.#verifier, isDoomed: this.#isDoomed, certificateHash });
  }

  next(message: Uint8Array | null): AuthenticationStep | Promise<AuthenticationStep> {
    switch (this.#state) {
      case 'begin':
        if (message !== null) throw unexpected();
        return this.#begin();
      case 'password':
        return this.#password(message ?? refuseNothing());
      case 'scram':
        return this.#sasl(message ?? refuseNothing());
      case 'ended':
        throw unexpected();
      default:
        return this.#state satisfies never;
    }
  }

  #begin(): AuthenticationStep {
    const { channel, directory, userName } = this.#attempt;
    const user = this.#user;
    if (user?.mayUseCertificate === true && channel.isTls && channel.clientCertificateName === userName) {
      return this.#granted('certificate', user, null);
    }
    if (directory.allowsCleartext && channel.isTls) {
      this.#state = 'password';
      return send(request(CLEARTEXT_PASSWORD));
    }
    this.#state = 'scram';
    const names = this.#scram.mechanisms.map((name) => `${name}\0`).join('');
    return send(request(SASL, Buffer.from(`${names}\0`, 'latin1')));
  }

  /** PasswordMessage: String. */
  async #password(message: Uint8Array): Promise<AuthenticationStep> {
    this.#state = 'ended';
    const end = message.indexOf(0);
    if (end < 0 || end !== message.length - 1) throw fatal('08P01', 'invalid password packet size');
    const isRight = await isPasswordOf(this.#verifier, message.subarray(0, end));
    if (!isRight || this.#isDoomed || this.#user === null) throw this.#refused('password');
    return this.#granted('password', this.#user, null);
  }

  #sasl(message: Uint8Array): AuthenticationStep {
    if (!this.#scram.hasBegun) {
      const { mechanism, data } = this.#initialResponse(message);
      // A client may wait to be asked: the empty challenge.
      if (data === null) return send(request(SASL_CONTINUE));
      return send(request(SASL_CONTINUE, this.#scram.first(mechanism, data)));
    }
    this.#state = 'ended';
    const final = this.#scram.final(message);
    const method = this.#mechanism === 'SCRAM-SHA-256-PLUS' ? 'scram-plus' : 'scram';
    if (final === null || this.#user === null) throw this.#refused(method);
    return this.#granted(method, this.#user, request(SASL_FINAL, final));
  }

  /** SASLInitialResponse: String mechanism, Int32 length or -1, Byte[n]; after an empty challenge: Byte[n] alone. */
  #initialResponse(message: Uint8Array): { mechanism: ScramMechanism; data: Uint8Array | null } {
    if (this.#mechanism !== null) return { mechanism: this.#mechanism, data: message };
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    const end = bytes.indexOf(0);
    if (end < 0 || bytes.length < end + 5) throw fatal('08P01', 'invalid SASL response packet');
    const name = bytes.toString('latin1', 0, end);
    const mechanism = this.#scram.mechanisms.find((offered) => offered === name);
    if (mechanism === undefined) throw fatal('08P01', 'client selected an invalid SASL authentication mechanism');
    this.#mechanism = mechanism;
    const length = bytes.readInt32BE(end + 1);
    const data = bytes.subarray(end + 5);
    if (length === -1 && data.length === 0) return { mechanism, data: null };
    if (length !== data.length) throw fatal('08P01', 'invalid SASL response packet');
    return { mechanism, data };
  }

  /** The exchange may have taken a minute: rights are those of now, and a proof of what is no more proves nothing. */
  #granted(
    method: AuthenticationMethod,
    { verifier, mayUseCertificate }: StoredUser,
    body: Uint8Array | null,
  ): AuthenticationStep {
    this.#state = 'ended';
    const { userName, directory } = this.#attempt;
    const now = directory.find(userName);
    const isStillProof =
      now !== null &&
      (method === 'certificate' ? mayUseCertificate === now.mayUseCertificate : isDeepStrictEqual(verifier, now.verifier));
    if (!isStillProof) throw this.#refused(method);
    this.#attempt.report({ user: userName, method, isGranted: true });
    return { kind: 'done', body, user: this.#attempt.limited(now.user) };
  }

  #refused(method: AuthenticationMethod): PgError {
    const { userName } = this.#attempt;
    this.#attempt.report({ user: userName, method, isGranted: false });
    return fatal('28P01', `password authentication failed for user "${userName}"`);
  }
}

function send(body: Uint8Array): AuthenticationStep {
  return { kind: 'send', body, isFinished: false };
}

/** The body of AuthenticationRequest: Int32 code, then the rest. */
function request(code: number, rest: Uint8Array = new Uint8Array()): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeInt32BE(code);
  return Buffer.concat([head, rest]);
}

function refuseNothing(): never {
  throw unexpected();
}

function unexpected(): PgError {
  return fatal('08P01', 'unexpected authentication message');
}

function fatal(sqlState: string, message: string): PgError {
  return new PgError(sqlState, message, { severity: 'FATAL' });
}
