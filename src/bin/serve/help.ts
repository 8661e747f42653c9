/** What `redquery serve --help` prints. */
export const SERVE_HELP = `redquery serve: Redis as a PostgreSQL server, for every tool that speaks to one.

Usage
  redquery serve [URL] [options]

  URL    the Redis behind it: redis://[user:password@]host[:port][/database], rediss:// for TLS, unix:///path/to.sock
         Default: the variable REDQUERY_URL, else REDIS_URL, else redis://127.0.0.1:6379.

Try this
  redquery serve
        then, elsewhere:  psql -h 127.0.0.1 -p 5433 redis -c "SELECT * FROM redis_hash('user:*') LIMIT 10"

  redquery user add ada --users users.json
  redquery serve --users users.json --listen 0.0.0.0:5433 --tls-cert server.pem --tls-key server.key --require-tls
        for others: with users, passwords and TLS

Where
      --listen HOST:PORT  default 127.0.0.1:5433. Other machines can be let in only with --users
      --tls-cert FILE, --tls-key FILE
                          PEM: the server's certificate (with its chain) and its key
      --tls-client-ca FILE
                          PEM: who may sign clients' certificates
      --require-tls       no session without TLS
      --max-connections N default 250
Who
      --users FILE        the file that «redquery user» makes; default the variable REDQUERY_USERS. Without one everybody on
                          this machine may read everything
What
      --views FILE        CREATE VIEW statements: the tables that clients see
      --no-discovery      do not look for key prefixes and search indexes to show as tables
      --statement-timeout SECONDS
                          give up statements after so long, unless the user has another limit
Redis
      --password-file FILE, --server NAME=URL, --ca FILE, --cert FILE, --key FILE
                          as «redquery --help» has them; so has the variable REDQUERY_PASSWORD
Watching it
      --admin HOST:PORT   answer /healthz, /readyz and /metrics (Prometheus) there; a port alone is on 127.0.0.1
      --log FORMAT        text (default), json, none: one line an event, on standard error
      --log-statements W  slow (default: those and failed ones), all, none
      --log-slow SECONDS  what is slow; default 1
      --log-literals      show strings of statements in the log; without it they are '…'
Stopping it
      --drain-timeout SECONDS
                          how long statements may go on after SIGTERM or Ctrl-C; default 30. A second signal ends at once
      SIGHUP reads users and TLS files again (the user file is read again when it changes, too)

Exit      0 stopped by a signal · 1 it cannot listen · 2 the command line or a file that it names is wrong · 130, 143 ended at once
More      docs/postgres.md, docs/security.md
`;
