/** Who may log in, as authentication asks for it. The user file is behind it; tests give their own. */
import type { ScramVerifier, VerifierShape } from '../auth/scram-verifier.ts';
import type { WireUser } from '../words.ts';

/** A user with what proves who they are. */
export interface StoredUser {
  readonly user: WireUser;
  /** Null: no password fits. */
  readonly verifier: ScramVerifier | null;
  /** A verified client certificate whose common name is the user's name will do, too. */
  readonly mayUseCertificate: boolean;
}

export interface UserDirectory {
  /** Names are compared as they are written. */
  find(name: string): StoredUser | null;
  /** From which the salts of those who are not there are made; it outlives a restart. */
  readonly mockKey: Uint8Array;
  /** What most verifiers look like, so that those who are not there look the same. */
  readonly verifierShape: VerifierShape;
  /** True: on TLS, passwords are asked for in clear instead of by SCRAM (for clients that know no SCRAM). */
  readonly allowsCleartext: boolean;
}
