/** The hash of a server's certificate that ties a SCRAM exchange to its TLS connection: tls-server-end-point (RFC 5929, section 4.1). */
import { createHash } from 'node:crypto';

/** Signature algorithms (their DER object id, in hex) whose hash is not SHA-256, nor weaker and thereby SHA-256. RFC 4055, 5758. */
const HASH_OF_SIGNATURE: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d01010c', 'sha384'], // sha384WithRSAEncryption
  ['2a864886f70d01010d', 'sha512'], // sha512WithRSAEncryption
  ['2a8648ce3d040303', 'sha384'], // ecdsa-with-SHA384
  ['2a8648ce3d040304', 'sha512'], // ecdsa-with-SHA512
]);
/** These name no single hash (RFC 8410), so RFC 5929 gives them no binding. */
const WITHOUT_HASH: ReadonlySet<string> = new Set(['2b6570', '2b6571']);
const RSA_PSS = '2a864886f70d01010a';
/** Hashes as RSASSA-PSS names them in its parameters (RFC 4055, section 2.1). */
const PSS_HASHES: readonly (readonly [Buffer, string])[] = [
  [Buffer.from('0609608648016503040202', 'hex'), 'sha384'],
  [Buffer.from('0609608648016503040203', 'hex'), 'sha512'],
];
const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;

/**
 * Hashes a certificate for channel binding.
 *
 * der: the whole certificate · gives null where its signature has no hash of its own, so that -PLUS must not be offered
 * @throws {RangeError} where `der` is no certificate.
 */
export function certificateHash(der: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength);
  const certificate = element(bytes, 0, SEQUENCE);
  const toBeSigned = element(bytes, certificate.start, SEQUENCE);
  const algorithm = element(bytes, toBeSigned.end, SEQUENCE);
  const id = element(bytes, algorithm.start, OBJECT_ID);
  const name = bytes.toString('hex', id.start, id.end);
  if (WITHOUT_HASH.has(name)) return null;
  const hash = name === RSA_PSS ? pssHash(bytes.subarray(id.end, algorithm.end)) : (HASH_OF_SIGNATURE.get(name) ?? 'sha256');
  return createHash(hash).update(bytes).digest();
}

/** The first hash named is the signature's own; the mask's comes behind it. */
function pssHash(parameters: Buffer): string {
  const named = PSS_HASHES.map(([id, hash]) => ({ at: parameters.indexOf(id), hash })).filter(({ at }) => at >= 0);
  return named.sort((one, other) => one.at - other.at)[0]?.hash ?? 'sha256';
}

/** Where the content of the DER element at `at` lies. */
function element(bytes: Buffer, at: number, tag: number): { readonly start: number; readonly end: number } {
  if (bytes.readUInt8(at) !== tag) throw new RangeError('not a certificate in DER');
  const first = bytes.readUInt8(at + 1);
  if (first < 0x80) return bounded(bytes, at + 2, first);
  const lengthBytes = first & 0x7f;
  return bounded(bytes, at + 2 + lengthBytes, bytes.readUIntBE(at + 2, lengthBytes));
}

function bounded(bytes: Buffer, start: number, byteCount: number): { readonly start: number; readonly end: number } {
  if (start + byteCount > bytes.length) throw new RangeError('not a certificate in DER');
  return { start, end: start + byteCount };
}
