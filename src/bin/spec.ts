/** `redquery --spec`: the command lines as JSON, for programs that write them and for completion in shells. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { FORMATS } from '../output/index.ts';
import { EXIT } from './exit-status.ts';
import { QUERY_OPTIONS } from './query/arguments.ts';
import { REPL_OPTIONS } from './repl/arguments.ts';
import { SERVE_OPTIONS } from './serve/arguments.ts';
import { USER_OPTIONS_OF } from './user/arguments.ts';

/** Gives the JSON text, ended by a line break. Members are only ever added. */
export function specText(version: string): string {
  const users = Object.entries(USER_OPTIONS_OF).map(([action, options]) => commandSpec(`user ${action}`, options));
  return `${JSON.stringify(
    {
      name: 'redquery',
      version,
      commands: [
        commandSpec('', QUERY_OPTIONS),
        commandSpec('repl', REPL_OPTIONS),
        commandSpec('serve', SERVE_OPTIONS),
        ...users,
      ],
      formats: FORMATS,
      exitStatuses: EXIT,
      environment: [
        'REDQUERY_URL',
        'REDIS_URL',
        'REDQUERY_PASSWORD',
        'REDQUERY_USERS',
        'REDQUERY_HISTORY',
        'REDQUERY_RC',
        'REDQUERY_PAGER',
        'NO_COLOR',
        'FORCE_COLOR',
      ],
    },
    null,
    2,
  )}\n`;
}

function commandSpec(command: string, options: ParseArgsOptionsConfig) {
  return {
    command,
    options: Object.entries(options).map(([name, { short, type, multiple }]) => ({
      name: `--${name}`,
      ...(short === undefined ? {} : { short: `-${short}` }),
      takesValue: type === 'string',
      isRepeatable: multiple === true,
    })),
  };
}
