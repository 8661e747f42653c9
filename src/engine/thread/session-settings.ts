/**
 * The settings and variables that a session has made, so that each of its connections has them: the last of each name. Of
 * a variable the value is kept, not the text that made it, which may scan Redis or give another value when run again.
 */
import { RedQueryError } from '../../errors.ts';
import { type Token, tokensOf } from '../../sql/lexer.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.ts';
import { type Connection, execute, readText } from '../duckdb.ts';

/** A connection and how much it has of its session's settings. */
export interface Pooled {
  readonly connection: Connection;
  /** The last change of the settings up to which this connection has all. */
  settingsVersion: number;
}

interface Change {
  readonly version: number;
  /** The statement that makes it. */
  readonly text: string;
  /** RESET VARIABLE, which a fresh connection does not need. */
  readonly isRemoval: boolean;
}

export class SessionSettings {
  /** By name, in the order of their versions. */
  readonly #changes = new Map<string, Change>();
  #version = 0;

  /** A session starts in UTC; what it sets is read only where it is plainly that. */
  get isUtc(): boolean {
    const change = [...this.#changes].find(([key]) => key === 'setting timezone' || key === 'setting time');
    return change === undefined || /=\s*'utc'\s*;?\s*$/i.test(change[1].text);
  }

  /** Gives a connection what it lacks. */
  async bring(pooled: Pooled, isFresh: boolean): Promise<void> {
    const upTo = this.#version;
    for (const { version, text, isRemoval } of [...this.#changes.values()]) {
      if (version <= pooled.settingsVersion) continue;
      if (!(isFresh && isRemoval)) await execute(pooled.connection, text);
    }
    pooled.settingsVersion = upTo;
  }

  /**
   * Keeps what a SET or RESET has done on a connection.
   * @param others gives the session's other connections.
   * @throws {RedQueryError} RQ_UNSUPPORTED for a variable whose value no other connection could be given; it is reset.
   */
  async keep(statement: string, pooled: Pooled, others: () => readonly Pooled[]): Promise<void> {
    const { name, isVariable, isReset } = settingFrom(tokensOf(statement));
    const isValue = isVariable && !isReset;
    const text = isValue ? await valueText(pooled.connection, name) : statement;
    const version = ++this.#version;
    const key = `${isVariable ? 'variable' : 'setting'} ${name.toLowerCase()}`;
    this.#changes.delete(key);
    this.#changes.set(key, { version, text, isRemoval: isVariable && isReset });
    if (pooled.settingsVersion === version - 1) pooled.settingsVersion = version;
    this.#forgetRemovals(Math.min(pooled.settingsVersion, ...others().map((other) => other.settingsVersion)));
  }

  /** Forgets the removals that all connections have. */
  #forgetRemovals(oldest: number): void {
    for (const [key, { version, isRemoval }] of this.#changes) {
      if (isRemoval && version <= oldest) this.#changes.delete(key);
    }
  }
}

interface Setting {
  readonly name: string;
  readonly isVariable: boolean;
  readonly isReset: boolean;
}

/** Reads a statement that allowed-statements.ts let pass. */
function settingFrom(tokens: readonly Token[]): Setting {
  const words = tokens.map((token) => token.value.toLowerCase());
  const isReset = words[0] === 'reset';
  if (words[1] === 'variable') return { name: tokens[2]?.value ?? '', isVariable: true, isReset };
  const name = words[1] === 'session' || words[1] === 'local' ? words[2] : words[1];
  return { name: ALIASES[name ?? ''] ?? name ?? '', isVariable: false, isReset };
}

/** Two names of one setting. */
const ALIASES: Readonly<Record<string, string>> = { null_order: 'default_null_order', time: 'timezone' };

/** Reads a variable and gives the statement that sets it to the same value again. */
async function valueText(connection: Connection, name: string): Promise<string> {
  const value = `getvariable(${quoteLiteral(name)})`;
  const type = (await readText(connection, `SELECT typeof(${value})`)) ?? '"NULL"';
  try {
    const text = await readText(connection, `SELECT CAST(${value} AS VARCHAR)`);
    const literal = `CAST(${text === null ? 'NULL' : quoteLiteral(text)} AS ${type})`;
    const isSame = await readText(connection, `SELECT CAST(${value} IS NOT DISTINCT FROM ${literal} AS VARCHAR)`);
    if (isSame === 'true') return `SET VARIABLE ${quoteIdentifier(name)} = ${literal}`;
  } catch {
    // It cannot be written as text; said below.
  }
  await execute(connection, `RESET VARIABLE ${quoteIdentifier(name)}`);
  throw new RedQueryError(
    'RQ_UNSUPPORTED',
    `a variable cannot hold this value of type ${type}: the session's other connections could not be given it; "${name}" is reset`,
  );
}
