/** Which pager there is: REDQUERY_PAGER, else PAGER, else less. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const DEFAULT_PAGER = 'less -RSFX';

export interface PagerCommand {
  readonly line: string;
  readonly environment: NodeJS.ProcessEnv;
  /** False for pagers that are not known to draw colours. */
  readonly hasColour: boolean;
}

/** Gives the pager of an environment; null where the variable is empty, which asks for none. */
export function pagerFrom(environment: NodeJS.ProcessEnv): PagerCommand | null {
  const line = environment['REDQUERY_PAGER'] ?? environment['PAGER'] ?? DEFAULT_PAGER;
  if (line.trim() === '') return null;
  const name = path.basename(programOf(line) ?? '');
  const isLess = name === 'less';
  return {
    line,
    environment: isLess ? { ...environment, LESS: lessOptions(environment['LESS']) } : environment,
    hasColour: isLess || COLOUR_PAGERS.has(name),
  };
}

const COLOUR_PAGERS: ReadonlySet<string> = new Set(['bat', 'batcat', 'cat', 'moar', 'moor', 'ov', 'pspg']);

/** The user's own options of less, with colours let through; without them those of the default. */
function lessOptions(own: string | undefined): string {
  if (own === undefined || own.trim() === '') return 'RSFX';
  return `-R -${own.trim().replace(/^-/, '')}`;
}

/** The program that a line begins with; null where that is not to be seen without a shell. */
function programOf(line: string): string | null {
  return /^\s*([\w./+-]+)(?=\s|$)/.exec(line)?.[1] ?? null;
}

/** Names the program of a pager that is not installed; null where it is, or where only a shell could tell. */
export function missingProgram({ line, environment }: Pick<PagerCommand, 'line' | 'environment'>): string | null {
  const program = programOf(line);
  if (program === null) return null;
  const folders = program.includes('/') ? [''] : (environment['PATH'] ?? '').split(path.delimiter);
  return folders.some((folder) => isProgram(path.join(folder, program))) ? null : program;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
