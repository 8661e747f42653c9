/** What `redquery user --help` prints. */
export const USER_HELP = `redquery user: who may use «redquery serve --users FILE», and what they may do.

Usage
  redquery user add NAME [options]       a new user; the password is asked for
  redquery user set NAME [options]       change what a user may do
  redquery user passwd NAME              a new password
  redquery user remove NAME
  redquery user list

Try this
  redquery user add ada --keys 'user:*' --keys 'order:*' --timeout 30 --users users.json
  redquery serve --users users.json

Options
      --users FILE           the user file; default the variable REDQUERY_USERS, else redquery-users.json in this folder. It is
                             made where there is none, for its owner's eyes alone; a running server sees the change
      --keys PATTERN         keys that the user may read; may be given more than once; default '*', all
      --server NAME          further servers («redquery serve --server NAME=URL») that the user may name; '*' all; default none
      --timeout SECONDS      longest statement
      --max-scan-keys N      most keys that one scan may walk over
      --max-connections N    most sessions at once
      --certificate          a client certificate for this name will do instead of the password
      --read-only, --writable
                             may change nothing (default); may change what others may not
      --redis-user NAME      the Redis user that this user's statements log in as; its password is asked for, or stands in
      --redis-password-file FILE
                             It is kept in the user file as it is
      --password-file FILE   the password stands in the first line of this file
      --no-password          no password fits; for users with a certificate
  A limit is lifted by 'none': --timeout none.

Passwords  are asked for on a terminal, else read from the first line of standard input; they are no option, as others can see
           those. The file has verifiers of them (SCRAM-SHA-256), with which nobody can log in. A verifier of PostgreSQL's
           (pg_authid.rolpassword) may be given in a password's place.
Exit       0 done · 1 no such user, or there is one already · 2 the command line or the file is wrong · 130 interrupted
`;
