/** Health and metrics over HTTP, on a port of their own: for probes and Prometheus, not for people. Says nothing secret. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RedQueryError } from '../../errors.ts';
import type { ListenAddress } from '../options.ts';

export interface AdminSources {
  /** What keeps the server from taking work, in fixed words such as 'draining'; none: it is ready. */
  readiness(): Promise<readonly string[]>;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface AdminServer {
  readonly address: ListenAddress;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 64;

/**
 * Starts to answer `/healthz` (the process lives), `/readyz` (200 or 503) and `/metrics`.
 * @throws {RedQueryError} RQ_OPTION: it cannot listen there.
 */
export async function startAdminServer(listen: ListenAddress, sources: AdminSources): Promise<AdminServer> {
  const server = createServer((request, response) => void answer(request, response, sources));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, listen);
  const bound = server.address();
  return {
    address: { host: listen.host, port: typeof bound === 'object' && bound !== null ? bound.port : listen.port },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new RedQueryError('RQ_OPTION', `admin: cannot listen on ${host}:${port}: ${words}`, { cause });
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, sources: AdminSources): Promise<void> {
  const {
    status,
    body,
    contentType = 'text/plain; charset=utf-8',
  } = await answerTo(request, sources).catch(() => ({
    status: 500,
    body: 'error\n',
    contentType: undefined,
  }));
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo({ method, url = '' }: IncomingMessage, sources: AdminSources): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'only GET\n' };
  switch (url.split('?', 1)[0]) {
    case '/healthz':
      return { status: 200, body: 'ok\n' };
    case '/readyz': {
      const reasons = await sources.readiness();
      return reasons.length === 0
        ? { status: 200, body: 'ready\n' }
        : { status: 503, body: `not ready: ${reasons.join(', ')}\n` };
    }
    case '/metrics': {
      const { contentType, text } = await sources.metrics();
      return { status: 200, contentType, body: text };
    }
    default:
      return { status: 404, body: 'there are /healthz, /readyz and /metrics\n' };
  }
}
