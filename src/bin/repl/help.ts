/** What `redquery repl --help` prints. */

export const REPL_HELP = `redquery: a terminal for SQL over live Redis.

Usage
  redquery [URL] [options]            where there is a terminal to type in
  redquery repl [URL] [options]       the same; from a pipe it runs statements and commands, one after another

  URL    redis://[user:password@]host[:port][/database], rediss:// for TLS, unix:///path/to.sock
         Default: the variable REDQUERY_URL, else REDIS_URL, else redis://127.0.0.1:6379.

Try these at its prompt
  .keys                               what is in this database, from a sample of its keys
  FROM redis_hash('user:*');          a statement ends with a semicolon and may have many lines
  .help                               all commands; psql's \\d, \\l, \\x, \\timing, \\q are there, too
  Tab completes, Ctrl-R finds what was typed before, Ctrl-C ends a statement, Ctrl-D leaves

Options
      --password-file F  the password stands in the first line of this file
      --server NAME=URL  a further server, for redis_hash('…', server => 'NAME'); may be given more than once
      --ca, --cert, --key FILE
                         PEM files for rediss://: whom to trust; who we are
      --timeout SECONDS  give up a statement after so long
      --read-only        refuse statements that change something
      --color WHEN       auto (default), always, never; NO_COLOR turns colours off, too
  -q, --quiet            no word of welcome
  -h, --help             this text

Files      REDQUERY_HISTORY: what was typed (default ~/.local/state/redquery/history.jsonl; never passwords)
           REDQUERY_RC: statements and commands to begin with (default ~/.config/redquery/rc)
           REDQUERY_PAGER, PAGER, VISUAL, EDITOR: programs for long results and for .edit
`;
