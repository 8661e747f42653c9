/** Words the command line of a throw-away Redis, straight or through Docker. It starts nothing: start-redis.ts does. */
import path from 'node:path';
import type { RedisOptions } from './redis-options.ts';
import { DOCKER_IMAGE, type RedisProgram } from './redis-program.ts';

/** Where the server listens and works. */
export interface RedisPlace {
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly socketPath: string | undefined;
  /** The working directory, made for this server alone. */
  readonly directory: string;
}

/** A command line, and the one that ends the server where killing the process is not enough. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly endCommand: readonly [string, ...string[]] | undefined;
}

/** Words the command line that starts `program` at `place`. */
export function invocationOf(program: RedisProgram, options: RedisOptions, place: RedisPlace): Invocation {
  if (program.origin === 'docker') return dockerInvocation(program, options, place);
  return { command: program.command, args: serverArgs(program, options, place, '127.0.0.1'), endCommand: undefined };
}

function serverArgs(program: RedisProgram, options: RedisOptions, place: RedisPlace, bind: string): string[] {
  const args = ['--port', String(place.port), '--bind', bind, '--dir', place.directory];
  args.push('--save', '', '--appendonly', 'no', '--logfile', '');
  // DEBUG is for tests of what goes wrong: SLEEP, JMAP, SET-ACTIVE-EXPIRE.
  args.push('--enable-debug-command', 'local');
  if (place.socketPath !== undefined) args.push('--unixsocket', place.socketPath, '--unixsocketperm', '700');
  if (options.tls !== undefined) {
    const { certFile, keyFile, caFile, clientCertificates = false } = options.tls;
    args.push('--tls-port', String(place.tlsPort), '--tls-cert-file', certFile, '--tls-key-file', keyFile);
    args.push('--tls-ca-cert-file', caFile, '--tls-auth-clients', clientCertificates ? 'yes' : 'no');
  }
  if (options.password !== undefined) args.push('--requirepass', options.password);
  for (const user of options.acl ?? []) args.push('--user', ...user.split(' '));
  if (options.modules !== false) for (const file of program.modules) args.push('--loadmodule', file);
  return [...args, ...(options.args ?? [])];
}

/** On Linux the container shares the network, so that all is as without Docker; elsewhere the port is published. */
function dockerInvocation(program: RedisProgram, options: RedisOptions, place: RedisPlace): Invocation {
  const isShared = process.platform === 'linux';
  if (!isShared && place.socketPath !== undefined)
    throw new Error('a unix socket does not leave a Docker container on this platform');
  const name = path.basename(place.directory);
  const args = ['run', '--rm', '--name', name, '--volume', `${place.directory}:${place.directory}`];
  if (options.tls !== undefined) {
    const folder = path.dirname(options.tls.certFile);
    args.push('--volume', `${folder}:${folder}:ro`);
  }
  if (isShared) args.push('--network', 'host', '--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`);
  else
    for (const port of [place.port, place.tlsPort]) if (port !== undefined) args.push('--publish', `127.0.0.1:${port}:${port}`);
  args.push('--entrypoint', 'redis-server', DOCKER_IMAGE);
  args.push(...serverArgs(program, options, place, isShared ? '127.0.0.1' : '0.0.0.0'));
  if (!isShared) args.push('--protected-mode', 'no');
  return { command: program.command, args, endCommand: ['docker', 'rm', '--force', name] };
}
