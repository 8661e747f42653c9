/** Why a server does not start, in words, and the exit status for it: what the command line names is the command line's. */
import { RedQueryError } from '../../errors.ts';
import { errorText, escapeControls } from '../../output/index.ts';
import { EXIT } from '../exit-status.ts';

export interface StartFailure {
  readonly text: string;
  readonly status: number;
}

/** What the system says of an address is told in words. */
const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there',
  EACCES: 'this account may not',
  EADDRNOTAVAIL: 'the address is none of this machine',
  ENOTFOUND: 'the name is not known',
};

export function startFailure(error: unknown): StartFailure {
  if (error instanceof RedQueryError) return { text: errorText(error, null), status: statusOf(error) };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'path' in error && 'syscall' in error && error.syscall === 'open') {
    const words = `the file ${String(error.path)} cannot be read (${code})`;
    return { text: errorText(new RedQueryError('RQ_FILE', words), null), status: EXIT.USAGE };
  }
  if (/^ERR_(?:OSSL|CRYPTO|TLS|SSL)_/.test(code)) {
    const words = `the files for TLS are wrong: ${message}`;
    return { text: errorText(new RedQueryError('RQ_OPTION', words), null), status: EXIT.USAGE };
  }
  const reason = LISTEN_ERRORS[code];
  if (reason === undefined) return { text: errorText(error, null), status: EXIT.FAILED };
  return { text: `redquery: cannot listen: ${reason} (${escapeControls(message)})\n`, status: EXIT.FAILED };
}

function statusOf(error: RedQueryError): number {
  if (error.code === 'RQ_FILE' || error.kind === 'input') return EXIT.USAGE;
  return error.kind === 'io' ? EXIT.NO_CONNECTION : EXIT.FAILED;
}
