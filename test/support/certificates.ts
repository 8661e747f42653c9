/**
 * Makes a certificate authority, a server and a client certificate for tests with TLS, as PEM files in one folder. It writes
 * the DER bytes itself (RFC 5280, section 4.1), since node:crypto reads certificates only and `openssl` may be missing.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** PEM files; `[Symbol.dispose]` removes them. */
export interface TestCertificates extends Disposable {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** A second authority, which signed none of these. */
  readonly otherCaFile: string;
}

interface Named {
  readonly name: string;
  readonly key: KeyObject;
}

const DAY_MS = 86_400_000;
/** ecdsa-with-SHA256, RFC 5758 section 3.2. */
const ALGORITHM = der(0x30, oid('2a8648ce3d040302'));

/** Writes a fresh set; the server's certificate holds for 127.0.0.1 and localhost. */
export function makeCertificates(): TestCertificates {
  const directory = mkdtempSync(path.join(tmpdir(), 'redquery-tls-'));
  const write = (name: string, text: string): string => {
    const file = path.join(directory, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const ca = newNamed('redquery test CA');
  const other = newNamed('another test CA');
  const server = newNamed('localhost');
  const client = newNamed('client');
  return {
    caFile: write('ca.pem', certificate(ca, ca, true)),
    otherCaFile: write('other-ca.pem', certificate(other, other, true)),
    certFile: write('server.pem', certificate(server, ca, false)),
    keyFile: write('server-key.pem', keyPem(server)),
    clientCertFile: write('client.pem', certificate(client, ca, false)),
    clientKeyFile: write('client-key.pem', keyPem(client)),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function newNamed(name: string): Named {
  return { name, key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
}

function keyPem({ key }: Named): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING } */
function certificate(subject: Named, issuer: Named, isAuthority: boolean): string {
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), // serial number
    ALGORITHM,
    distinguishedName(issuer.name),
    der(0x30, time(Date.now() - DAY_MS), time(Date.now() + 365 * DAY_MS)),
    distinguishedName(subject.name),
    createPublicKey(subject.key).export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, isAuthority ? authorityExtension() : nameExtension())),
  );
  const signature = sign('sha256', body, subject === issuer ? subject.key : issuer.key);
  const all = der(0x30, body, ALGORITHM, der(0x03, Buffer.from([0]), signature));
  const lines = all.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A Name of one part, the common name (2.5.4.3) as UTF8String. */
function distinguishedName(name: string): Buffer {
  return der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(name)))));
}

/** basicConstraints (2.5.29.19), critical: this is an authority. */
function authorityExtension(): Buffer {
  const isTrue = der(0x01, Buffer.from([0xff]));
  return der(0x30, oid('551d13'), isTrue, der(0x04, der(0x30, isTrue)));
}

/** subjectAltName (2.5.29.17): localhost and 127.0.0.1. */
function nameExtension(): Buffer {
  const names = der(0x30, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  return der(0x30, oid('551d11'), der(0x04, names));
}

/** UTCTime: YYMMDDHHMMSSZ. */
function time(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** Tag, length (one byte up to 127, else 0x82 and two bytes), content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const length = bytes.length < 0x80 ? [bytes.length] : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}
