/** TLS on a socket that was plain so far: certificate files, their renewal, and the hand-over of a socket to node:tls. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type net from 'node:net';
import tls from 'node:tls';
import { certificateHash } from './certificate-hash.ts';

export interface TlsFiles {
  /** PEM: the server's certificate, then those that vouch for it. */
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM: authorities for client certificates. Without it none is asked for. */
  readonly caFile?: string;
}

/** A connection whose handshake is over. */
export interface SecuredSocket {
  readonly socket: tls.TLSSocket;
  /** tls-server-end-point of the certificate that this handshake used. */
  readonly certificateHash: Uint8Array | null;
  /** Common name of the client's verified certificate. */
  readonly clientName: string | null;
  /** The client asked for `postgresql` by ALPN. */
  readonly hasAlpn: boolean;
}

const ALPN = 'postgresql';

/** Turns sockets into TLS sockets. Handshakes under way keep the certificate that they began with. */
export class TlsGate {
  readonly #server: tls.Server;
  readonly #waiting = new Map<string, (socket: tls.TLSSocket) => void>();
  readonly #files: TlsFiles;
  #hash: Uint8Array | null = null;

  private constructor(files: TlsFiles) {
    this.#files = files;
    // Never listens: sockets are given to it. `rejectUnauthorized` would refuse clients without a certificate.
    this.#server = tls.createServer({
      ALPNProtocols: [ALPN],
      requestCert: files.caFile !== undefined,
      rejectUnauthorized: false,
    });
    this.#server.on('secureConnection', (socket) => this.#secured(socket));
    // The socket is destroyed by node; who waits for it sees it close.
    this.#server.on('tlsClientError', () => undefined);
  }

  /** @throws where a file cannot be read or key and certificate do not belong together. */
  static async open(files: TlsFiles): Promise<TlsGate> {
    const gate = new TlsGate(files);
    await gate.reload();
    return gate;
  }

  /** Reads the files again, for handshakes to come. @throws as `open`; the old certificate then stays. */
  async reload(): Promise<void> {
    const { certFile, keyFile, caFile } = this.#files;
    const [cert, key, ca] = await Promise.all([
      readFile(certFile),
      readFile(keyFile),
      caFile === undefined ? undefined : readFile(caFile),
    ]);
    const options: tls.SecureContextOptions = { cert, key, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) };
    const hash = certificateHash(new X509Certificate(cert).raw);
    // Fails on a key of another certificate before the server's own context is touched.
    tls.createSecureContext(options);
    this.#server.setSecureContext(options);
    this.#hash = hash;
  }

  /**
   * Shakes hands. `socket` must have no 'data' listener; bytes that were read from it already were put back by `unshift`.
   * Gives null where the client went away, failed, or showed a certificate that no authority vouches for.
   */
  secure(socket: net.Socket): Promise<SecuredSocket | null> {
    const key = peerOf(socket);
    const hash = this.#hash;
    return new Promise((resolve) => {
      const fail = () => {
        this.#waiting.delete(key);
        resolve(null);
      };
      socket.once('close', fail);
      this.#waiting.set(key, (secured) => {
        socket.off('close', fail);
        this.#waiting.delete(key);
        resolve(this.#accepted(secured, hash));
      });
      // A client that leaves in the middle of the handshake is closed by node only where sockets may not stay half open.
      socket.allowHalfOpen = false;
      this.#server.emit('connection', socket);
    });
  }

  #secured(socket: tls.TLSSocket): void {
    const waiting = this.#waiting.get(peerOf(socket));
    if (waiting === undefined) socket.destroy();
    else waiting(socket);
  }

  #accepted(socket: tls.TLSSocket, hash: Uint8Array | null): SecuredSocket | null {
    socket.on('error', () => undefined);
    socket.allowHalfOpen = true;
    const certificate = this.#files.caFile === undefined ? undefined : socket.getPeerX509Certificate();
    if (certificate !== undefined && !socket.authorized) {
      socket.destroy();
      return null;
    }
    const clientName = certificate === undefined ? null : commonName(socket.getPeerCertificate());
    return { socket, certificateHash: hash, clientName, hasAlpn: socket.alpnProtocol === ALPN };
  }
}

/** One live connection to a listener has it: the listener's own address is the same for all. */
function peerOf(socket: net.Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}

/** Null where there is none, or more than one: then it is nobody's. */
function commonName(certificate: tls.PeerCertificate): string | null {
  const name: unknown = certificate.subject?.CN;
  return typeof name === 'string' && name !== '' && !name.includes('\0') ? name : null;
}
