/** What `redquery --help` prints, for someone who has never used it, and what a wrong command line is told. */
import { escapeControls } from '../output/index.ts';
import type { CommandWord } from './option-words.ts';

export const HELP = `redquery: SQL over live Redis. Nothing is copied and nothing is declared first.

Usage
  redquery [URL]                      a terminal to type in: redquery repl --help
  redquery [URL] -c SQL [options]
  redquery [URL] -f FILE [options]
  echo SQL | redquery [URL] [options]
  redquery serve [URL] [options]      a PostgreSQL server for BI tools, notebooks and drivers: redquery serve --help
  redquery user add NAME [options]    who may use that server, and what they may do: redquery user --help

  URL    redis://[user:password@]host[:port][/database], rediss:// for TLS, unix:///path/to.sock
         Default: the variable REDQUERY_URL, else REDIS_URL, else redis://127.0.0.1:6379.

Try these
  redquery -c "select 1 + 1"
        needs no Redis at all

  redquery -c "SELECT * FROM redis_hash('user:*') LIMIT 10"
        the hashes whose keys begin with user:, a column for each field; names and types are found by looking

  redquery -c "DESCRIBE FROM redis_hash('user:*')"
        which columns those are

  redquery -c "SELECT city, count(*), avg(age) FROM redis_hash('user:*') WHERE age > 30 GROUP BY city"
        all of DuckDB's SELECT works: joins, windows, CTEs, files (FROM 'flights.parquet')

  redquery -c "SELECT _key, name FROM redis_hash('user:*', columns => {'name': 'VARCHAR', 'age': 'INTEGER'})
               WHERE age > \\$min" --param min=30
        the types declared, a value given beside the text

  redquery -c "EXPLAIN ANALYZE SELECT count(*) FROM redis_hash('user:*')"
        what is asked of Redis, and what that took

  redquery --format csv -c "FROM redis_hash('user:*')" > users.csv
  redquery -c "FROM redis_hash('user:*')" | head -3
        results stream; a reader that has had enough stops the scan

Options
  -c, --command SQL      the SQL to run; may be given more than once, and may hold several statements (;)
  -f, --file FILE        the same from a file; - is standard input
      --format FORMAT    table (default on a terminal), ndjson (default elsewhere), json, csv, tsv, box, line, markdown,
                         html, insert, arrow
  -p, --param NAME=VALUE a value for $NAME; NAME:TYPE=VALUE where the type matters: since:timestamp=2024-01-01
      --password-file F  the password stands in the first line of this file
      --server NAME=URL  a further server, for redis_hash('…', server => 'NAME'); may be given more than once
      --ca, --cert, --key FILE
                         PEM files for rediss://: whom to trust; who we are
      --timeout SECONDS  give up a statement after so long
      --read-only        refuse statements that change something
      --color WHEN       auto (default), always, never
  -q, --quiet            no progress and no notes on standard error
  -h, --help             this text
  -V, --version          the version
      --spec             all command lines as JSON

Passwords  come from the URL, from --password-file or from the variable REDQUERY_PASSWORD; better not from a command line
           that others can see.
Output     Data goes to standard output, everything else to standard error. NO_COLOR turns colours off.
Exit       0 done · 1 the statement failed · 2 the command line is wrong · 3 no connection · 130 interrupted (Ctrl-C)
More       README.md of the package redquery
`;

/** What a wrong command line is told. `command`: the word behind `redquery`, where it is one that has a help of its own. */
export function usageText(message: string, command: CommandWord | null = null): string {
  const help = command === null ? 'redquery --help' : `redquery ${command} --help`;
  return `redquery: ${escapeControls(message)}\n${help} shows what it takes, with examples.\n`;
}
