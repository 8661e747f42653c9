/**
 * One SCRAM-SHA-256 exchange as the server sees it (RFC 5802, section 7; channel binding: RFC 5929). It knows no framing of
 * PostgreSQL's. Messages are byte strings; they are handled as latin1 so that the signature covers exactly what came.
 *
 *     client-first   gs2-header "n=" name ",r=" client-nonce          gs2-header: "n,," | "y,," | "p=tls-server-end-point,,"
 *     server-first   "r=" client-nonce server-nonce ",s=" salt ",i=" iterations
 *     client-final   "c=" base64(gs2-header [certificate hash]) ",r=" nonce ",p=" proof
 *     server-final   "v=" signature
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { PgError } from '../pg-error.ts';
import { hmacSha256, type ScramVerifier, sha256 } from './scram-verifier.ts';

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-256-PLUS';

export interface ScramSetting {
  readonly verifier: ScramVerifier;
  /** True: refuse at the end, whatever the proof. */
  readonly isDoomed: boolean;
  /** tls-server-end-point's data; null: no channel binding is offered. */
  readonly certificateHash: Uint8Array | null;
  /** For tests with published vectors; else random. */
  readonly serverNonce?: string;
}

const NONCE_BYTES = 18;
const CLIENT_FIRST = /^([^,]*),([^,]*),(.*)$/s;
/** RFC 5802 «printable»: all but the comma. */
const NONCE = /^[\x21-\x2b\x2d-\x7e]+$/;

interface Begun {
  readonly mechanism: ScramMechanism;
  readonly gs2Header: string;
  readonly clientFirstBare: string;
  readonly nonce: string;
  readonly serverFirst: string;
}

export class ScramExchange {
  readonly #setting: ScramSetting;
  #begun: Begun | null = null;

  constructor(setting: ScramSetting) {
    this.#setting = setting;
  }

  /** The mechanisms to offer, the best first. */
  get mechanisms(): readonly ScramMechanism[] {
    return this.#setting.certificateHash === null ? ['SCRAM-SHA-256'] : ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'];
  }

  get hasBegun(): boolean {
    return this.#begun !== null;
  }

  /**
   * Takes client-first, gives server-first. The name in it is not looked at: the startup message has it.
   * @throws {PgError} 08P01 malformed, 28000 a downgrade of the channel binding, 0A000 what SCRAM may have and this has not.
   */
  first(mechanism: ScramMechanism, message: Uint8Array): Uint8Array {
    const [, flag = '', authorizationName = '', bare = ''] = CLIENT_FIRST.exec(readable(message)) ?? malformed('no GS2 header');
    this.#checkBinding(mechanism, flag);
    if (authorizationName !== '') throw fatal('0A000', 'client uses authorization identity, but it is not supported');
    const [first = '', second = ''] = bare.split(',');
    if (first.startsWith('m=')) throw fatal('0A000', 'client requires an unsupported SCRAM extension');
    if (!first.startsWith('n=')) malformed('attribute "n" expected');
    if (!second.startsWith('r=')) malformed('attribute "r" expected');
    const clientNonce = second.slice(2);
    if (!NONCE.test(clientNonce)) malformed('the nonce is empty or not printable');
    const { verifier, serverNonce } = this.#setting;
    const nonce = clientNonce + (serverNonce ?? randomBytes(NONCE_BYTES).toString('base64'));
    const serverFirst = `r=${nonce},s=${Buffer.from(verifier.salt).toString('base64')},i=${verifier.iterations}`;
    this.#begun = { mechanism, gs2Header: `${flag},,`, clientFirstBare: bare, nonce, serverFirst };
    return Buffer.from(serverFirst, 'latin1');
  }

  /**
   * Takes client-final, gives server-final; null where the proof is wrong.
   * @throws {PgError} 08P01 malformed or another nonce, 28000 a channel binding of another channel.
   */
  final(message: Uint8Array): Uint8Array | null {
    const begun = this.#begun ?? malformed('no first message came before');
    const text = readable(message);
    const proofAt = text.lastIndexOf(',p=');
    if (proofAt < 0) malformed('attribute "p" expected');
    const withoutProof = text.slice(0, proofAt);
    const [binding = '', nonce = ''] = withoutProof.split(',');
    if (!binding.startsWith('c=')) malformed('attribute "c" expected');
    if (!nonce.startsWith('r=')) malformed('attribute "r" expected');
    this.#checkBindingData(begun, binding.slice(2));
    if (nonce.slice(2) !== begun.nonce) throw fatal('08P01', 'invalid SCRAM response', 'Nonce does not match.');
    const proof = Buffer.from(text.slice(proofAt + 3), 'base64');
    if (proof.length !== 32 || proof.toString('base64') !== text.slice(proofAt + 3)) malformed('the proof is malformed');
    return this.#verify(`${begun.clientFirstBare},${begun.serverFirst},${withoutProof}`, proof);
  }

  /** ClientProof = ClientKey XOR HMAC(StoredKey, AuthMessage); the same work is done whoever it is. */
  #verify(authMessage: string, proof: Buffer): Uint8Array | null {
    const { verifier, isDoomed } = this.#setting;
    const signed = Buffer.from(authMessage, 'latin1');
    const clientSignature = hmacSha256(verifier.storedKey, signed);
    const clientKey = proof.map((byte, at) => byte ^ (clientSignature[at] ?? 0));
    const serverSignature = hmacSha256(verifier.serverKey, signed);
    const isRight = timingSafeEqual(sha256(clientKey), verifier.storedKey);
    return isRight && !isDoomed ? Buffer.from(`v=${serverSignature.toString('base64')}`, 'latin1') : null;
  }

  #checkBinding(mechanism: ScramMechanism, flag: string): void {
    const isBinding = flag.startsWith('p=');
    if (!isBinding && flag !== 'n' && flag !== 'y') malformed('unexpected channel-binding flag');
    if (isBinding !== (mechanism === 'SCRAM-SHA-256-PLUS')) malformed('the channel-binding flag is not that of the mechanism');
    if (isBinding && flag !== 'p=tls-server-end-point') throw fatal('08P01', 'unsupported SCRAM channel-binding type');
    // 'y': «I could, but you cannot». Where we can, somebody in between has taken it from our offer.
    if (flag === 'y' && this.#setting.certificateHash !== null) {
      const detail = 'The client supports SCRAM channel binding but thinks the server does not.';
      throw fatal('28000', 'SCRAM channel binding negotiation error', detail);
    }
  }

  #checkBindingData({ mechanism, gs2Header }: Begun, encoded: string): void {
    const { certificateHash } = this.#setting;
    const bound = mechanism === 'SCRAM-SHA-256-PLUS' && certificateHash !== null ? certificateHash : new Uint8Array();
    const expected = Buffer.concat([Buffer.from(gs2Header, 'latin1'), bound]).toString('base64');
    if (encoded === expected) return;
    if (mechanism === 'SCRAM-SHA-256-PLUS') throw fatal('28000', 'SCRAM channel binding check failed');
    throw fatal('08P01', 'unexpected SCRAM channel-binding attribute in client-final-message');
  }
}

function readable(message: Uint8Array): string {
  const text = Buffer.from(message).toString('latin1');
  return text === '' || text.includes('\0') ? malformed('the message is empty or holds a zero byte') : text;
}

function malformed(detail: string): never {
  throw fatal('08P01', 'malformed SCRAM message', detail);
}

function fatal(sqlState: string, message: string, detail?: string): PgError {
  return new PgError(sqlState, message, { severity: 'FATAL', ...(detail === undefined ? {} : { detail }) });
}
