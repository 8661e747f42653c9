/** What psql and other clients have and this terminal has not, and what does the same here. */

/** By the name as it is typed, in lower case. */
const INSTEAD: Readonly<Record<string, string>> = {
  '\\dn': "there are no schemas: views and tables are the session's own (.tables)",
  '\\du': 'users are those of Redis: .info tells who you are',
  '\\dp': 'rights are those of Redis: ACL GETUSER',
  '\\z': 'rights are those of Redis: ACL GETUSER',
  '\\ds': 'there are no sequences',
  '\\dx': '.info names the modules of the server',
  '\\encoding': 'texts are UTF-8; other bytes are shown as \\xHH',
  '\\gdesc': 'DESCRIBE SELECT … tells the columns',
  '\\copy': "COPY (SELECT …) TO 'file' writes a file, read_csv('file') reads one",
  '\\!': 'the terminal starts no programs but a pager, an editor and what .output names',
  '.shell': 'the terminal starts no programs but a pager, an editor and what .output names',
  '.system': 'the terminal starts no programs but a pager, an editor and what .output names',
  '\\crosstabview': 'PIVOT … ON … USING … does it in SQL',
  '\\gset': "SET VARIABLE name = (SELECT …), then getvariable('name')",
  '\\gexec': 'write the statements with .once FILE, then .read FILE',
  '\\bind': "SET VARIABLE name = …, then getvariable('name')",
  '\\unset': '.set NAME VALUE gives a setting another value',
  '\\a': '.mode csv, .mode tsv and .mode box draw rows otherwise',
  '\\h': '.mode html',
  '\\p': '.history 1 shows the last statement',
  '\\r': 'Ctrl-C clears what is typed',
  '\\w': '.once FILE takes the next result, .edit has the statement in a file',
  '\\cd': 'files are named from where redquery was started',
  '.import': "CREATE TABLE t AS FROM read_csv('file')",
  '.open': '.connect URL',
  '.dump': '.schema shows what makes views and tables again',
  '.headers': '.mode says how rows are drawn',
  '.separator': '.mode csv or .mode tsv',
  '.width': '.maxrows, .expanded and .mode say how rows are drawn',
  '.bail': 'scripts stop at the first failure',
};

/** Gives the sentence for a name, null where there is none. */
export function insteadOf(name: string): string | null {
  const key = name.toLowerCase();
  return Object.hasOwn(INSTEAD, key) ? (INSTEAD[key] ?? null) : null;
}
