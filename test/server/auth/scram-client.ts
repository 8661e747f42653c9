/** A SCRAM client that can be told to misbehave, for tests of the server's half. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

export interface ScramClientSetting {
  readonly password: string;
  readonly nonce?: string;
  readonly gs2Header?: string;
  readonly bindingData?: Uint8Array;
  readonly name?: string;
}

export class ScramClient {
  readonly #password: string;
  readonly #gs2Header: string;
  readonly #bindingData: Uint8Array;
  readonly #firstBare: string;

  constructor({ password, nonce = 'fyko+d2lbbFgONRv9qkxdawL', gs2Header = 'n,,', bindingData, name = '' }: ScramClientSetting) {
    this.#password = password;
    this.#gs2Header = gs2Header;
    this.#bindingData = bindingData ?? new Uint8Array();
    this.#firstBare = `n=${name},r=${nonce}`;
  }

  first(): string {
    return this.#gs2Header + this.#firstBare;
  }

  /** The final message, and the signature that the server must answer with. */
  final(serverFirst: string): { message: string; serverFinal: string } {
    const [, nonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash('sha256').update(clientKey).digest();
    const binding = Buffer.concat([Buffer.from(this.#gs2Header), this.#bindingData]).toString('base64');
    const withoutProof = `c=${binding},r=${nonce}`;
    const signed = `${this.#firstBare},${serverFirst},${withoutProof}`;
    const signature = hmac(storedKey, signed);
    const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
    return {
      message: `${withoutProof},p=${Buffer.from(proof).toString('base64')}`,
      serverFinal: `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`,
    };
  }
}

/** SASLInitialResponse's body. */
export function initialResponse(mechanism: string, data: string | null): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeInt32BE(data === null ? -1 : Buffer.byteLength(data));
  return Buffer.concat([Buffer.from(`${mechanism}\0`), length, Buffer.from(data ?? '')]);
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
