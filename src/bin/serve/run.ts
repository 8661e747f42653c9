/**
 * Runs the server until a signal stops it. Standard output has one line, which says how to connect; all else is on standard
 * error. SIGTERM and SIGINT let statements end, a second one does not; SIGHUP reads files again.
 */
import { hostname } from 'node:os';
import { errorText } from '../../output/index.ts';
import type { RunningServer, ServerOptions } from '../../server/index.ts';
import { EXIT } from '../exit-status.ts';
import type { StartCommand } from './arguments.ts';
import { startFailure } from './start-failure.ts';

export type Signal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** The process as the command sees it. */
export interface ServeSurroundings {
  out(text: string): void;
  err(text: string): void;
  /** Calls back for every signal of this name, from now on. */
  onSignal(signal: Signal, listener: () => void): void;
  start(options: ServerOptions): Promise<RunningServer>;
  optionsFrom(command: StartCommand): Promise<ServerOptions>;
}

/** Gives the exit status once the server has stopped; has told whatever there was to tell. */
export async function serve(command: StartCommand, surroundings: ServeSurroundings): Promise<number> {
  const signals = new StopSignals(surroundings);
  let server: RunningServer;
  let options: ServerOptions;
  try {
    options = await surroundings.optionsFrom(command);
    server = await surroundings.start(options);
  } catch (error) {
    const { text, status } = startFailure(error);
    surroundings.err(text);
    return status;
  }
  surroundings.onSignal('SIGHUP', () => void server.reload());
  surroundings.out(startLine(server, options));
  if (options.usersFile === null) warn(surroundings, options);
  await signals.first;
  const status = await Promise.race([stopped(server, surroundings), signals.second]);
  if (status !== EXIT.DONE) await endAtOnce(server);
  return status;
}

/** How long a second signal lets the server close its sockets. */
const FAREWELL_MS = 500;

class StopSignals {
  readonly first: Promise<void>;
  /** The exit status of somebody who means it. */
  readonly second: Promise<number>;

  constructor(surroundings: ServeSurroundings) {
    let stop = (): void => undefined;
    let end = (_status: number): void => undefined;
    let count = 0;
    this.first = new Promise((resolve) => {
      stop = resolve;
    });
    this.second = new Promise((resolve) => {
      end = resolve;
    });
    const onSignal = (status: number): void => {
      count++;
      stop();
      if (count > 1) end(status);
    };
    surroundings.onSignal('SIGINT', () => onSignal(EXIT.INTERRUPTED));
    surroundings.onSignal('SIGTERM', () => onSignal(EXIT.TERMINATED));
  }
}

async function stopped(server: RunningServer, surroundings: ServeSurroundings): Promise<number> {
  try {
    await server.stop();
    return EXIT.DONE;
  } catch (error) {
    surroundings.err(errorText(error, null));
    return EXIT.FAILED;
  }
}

async function endAtOnce(server: RunningServer): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
  await Promise.race([server.stop({ isImmediate: true }).catch(() => undefined), late]);
}

/** One line, which can be copied into a shell. */
function startLine({ listen, admin }: RunningServer, { usersFile }: ServerOptions): string {
  const host = listen.host === '0.0.0.0' || listen.host === '::' ? hostname() : listen.host;
  const user = usersFile === null ? '' : ' -U NAME';
  const watch = admin === null ? '' : `; health and metrics on http://${addressText(admin)}`;
  return `redquery listens on ${addressText(listen)}; connect with: psql -h ${host} -p ${listen.port}${user} redis${watch}\n`;
}

function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function warn(surroundings: ServeSurroundings, { log }: ServerOptions): void {
  const message = 'there is no user file: everybody on this machine may read everything («redquery user add NAME» makes one)';
  const line = { time: new Date().toISOString(), level: 'warning', event: 'server', message };
  surroundings.err(log.format === 'json' ? `${JSON.stringify(line)}\n` : `warning: ${message}\n`);
}
