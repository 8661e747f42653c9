/** Runs `redquery user …`: changes the user file, or shows it. No verifier and no password is ever printed. */
import { existsSync } from 'node:fs';
import { RedQueryError } from '../../errors.ts';
import { errorText, escapeControls } from '../../output/index.ts';
import {
  editUserFile,
  nameProblem,
  readUserFile,
  type UserFile,
  type UserRecord,
  verifierFromPassword,
  verifierFromText,
  verifierText,
} from '../../server/index.ts';
import { EXIT } from '../exit-status.ts';
import { usageText } from '../help.ts';
import { readFirstLine } from '../text-file.ts';
import type { UserAction, UserFileCommand, UserLimits } from './arguments.ts';
import { askPassword, checkedPassword, Interrupted, type PasswordInput } from './password-prompt.ts';
import { userTable } from './user-table.ts';

/** The process as the command sees it. */
export interface UserSurroundings {
  readonly input: PasswordInput;
  out(text: string): void;
  err(text: string): void;
}

/** What the file does not allow: status 1, in one sentence. */
class Refusal extends Error {}

/** Gives the exit status; has told whatever there was to tell. */
export async function runUser(command: UserFileCommand, surroundings: UserSurroundings): Promise<number> {
  try {
    await new UserWork(command.file, surroundings).run(command.work);
    return EXIT.DONE;
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.INTERRUPTED;
    if (error instanceof Refusal) {
      surroundings.err(`redquery: ${escapeControls(error.message)}\n`);
      return EXIT.FAILED;
    }
    const isOurs = error instanceof RedQueryError;
    surroundings.err(isOurs ? errorText(error, null) : usageText(error instanceof Error ? error.message : String(error), 'user'));
    return EXIT.USAGE;
  }
}

class UserWork {
  readonly #file: string;
  readonly #surroundings: UserSurroundings;

  constructor(file: string, surroundings: UserSurroundings) {
    this.#file = file;
    this.#surroundings = surroundings;
  }

  async run(work: UserAction): Promise<void> {
    switch (work.action) {
      case 'add':
        return this.#add(work);
      case 'set':
        return this.#set(work);
      case 'passwd':
        return this.#passwd(work);
      case 'remove':
        return this.#remove(work.name);
      case 'list':
        return this.#list();
      default:
        return work satisfies never;
    }
  }

  async #add(work: UserAction & { readonly action: 'add' }): Promise<void> {
    const problem = nameProblem(work.name);
    if (problem !== null) throw new Error(problem);
    // Told before a password is asked for, and looked at again when the file is changed.
    const known = existsSync(this.#file) && (await readUserFile(this.#file)).file.users.has(work.name);
    if (known) throw new Refusal(`there is a user "${work.name}" already; «redquery user set» changes it`);
    const verifier = work.hasPassword ? await this.#newVerifier(work.name, work.passwordFile) : null;
    const redis = await this.#redisLogin(work.limits, work.redisPasswordFile, !work.hasPassword || work.passwordFile !== null);
    const record = changedRecord({ ...NEW_USER, verifier }, work.limits, redis);
    await editUserFile(this.#file, true, (file) => {
      if (file.users.has(work.name)) throw new Refusal(`there is a user "${work.name}" already`);
      return withUser(file, work.name, record);
    });
    this.#told(`added ${work.name}`, record);
  }

  async #set(work: UserAction & { readonly action: 'set' }): Promise<void> {
    const redis = await this.#redisLogin(work.limits, work.redisPasswordFile, true);
    const changed = await editUserFile(this.#file, false, (file) =>
      withUser(file, work.name, changedRecord(this.#known(file, work.name), work.limits, redis)),
    );
    this.#told(`changed ${work.name}`, this.#known(changed, work.name));
  }

  async #passwd(work: UserAction & { readonly action: 'passwd' }): Promise<void> {
    this.#known((await readUserFile(this.#file)).file, work.name);
    const verifier = work.hasPassword ? await this.#newVerifier(work.name, work.passwordFile) : null;
    await editUserFile(this.#file, false, (file) => withUser(file, work.name, { ...this.#known(file, work.name), verifier }));
    this.#surroundings.err(`${escapeControls(work.name)} has ${verifier === null ? 'no' : 'a new'} password\n`);
  }

  async #remove(name: string): Promise<void> {
    await editUserFile(this.#file, false, (file) => {
      this.#known(file, name);
      return { ...file, users: new Map([...file.users].filter(([other]) => other !== name)) };
    });
    this.#surroundings.err(`removed ${escapeControls(name)}\n`);
  }

  async #list(): Promise<void> {
    const { file, warnings } = await readUserFile(this.#file);
    this.#surroundings.out(userTable(file.users));
    for (const warning of warnings) this.#surroundings.err(`warning: ${escapeControls(warning)}\n`);
  }

  #known(file: UserFile, name: string): UserRecord {
    const record = file.users.get(name);
    if (record === undefined) throw new Refusal(`there is no user "${name}" in ${this.#file}`);
    return record;
  }

  /** A verifier in a password's place is taken as it is, as PostgreSQL does. */
  async #newVerifier(name: string, passwordFile: string | null): Promise<string> {
    const prompts = [`password of ${escapeControls(name)}: `, 'again: '];
    const password = await this.#password(passwordFile, prompts);
    return verifierFromText(password) === null ? verifierText(await verifierFromPassword(password)) : password;
  }

  /** Undefined: nothing was said about it. */
  async #redisLogin(
    limits: UserLimits,
    passwordFile: string | null,
    isInputFree: boolean,
  ): Promise<UserRecord['redis'] | undefined> {
    const { redisUser: username } = limits;
    if (username === undefined || username === null) return username;
    if (passwordFile === null && !isInputFree && this.#surroundings.input.isTTY !== true) {
      throw new Error('standard input has the password of the user; give that of the Redis user by --redis-password-file');
    }
    const prompts = [`password of the Redis user ${escapeControls(username)}: `];
    return { username, password: await this.#password(passwordFile, prompts) };
  }

  async #password(file: string | null, prompts: readonly string[]): Promise<string> {
    if (file !== null) return checkedPassword(await readFirstLine(file));
    return askPassword(this.#surroundings.input, (text) => this.#surroundings.err(text), prompts);
  }

  #told(what: string, { keys, isReadOnly, verifier, mayUseCertificate }: UserRecord): void {
    const words = [
      keys === null ? 'all keys' : `keys ${keys.join(' ')}`,
      isReadOnly ? 'read-only' : 'writable',
      ...(verifier === null ? [mayUseCertificate ? 'by certificate alone' : 'cannot log in'] : []),
    ];
    this.#surroundings.err(
      `${escapeControls(what)}: ${escapeControls(words.join(', '))}; «redquery serve --users ${escapeControls(this.#file)}»\n`,
    );
  }
}

const NEW_USER: UserRecord = {
  verifier: null,
  mayUseCertificate: false,
  keys: null,
  servers: [],
  isReadOnly: true,
  timeoutSeconds: null,
  maxScanKeys: null,
  maxConnections: null,
  redis: null,
};

function changedRecord(record: UserRecord, limits: UserLimits, redis: UserRecord['redis'] | undefined): UserRecord {
  const { keys, servers, timeoutSeconds, maxScanKeys, maxConnections } = limits;
  return {
    verifier: record.verifier,
    mayUseCertificate: limits.mayUseCertificate ?? record.mayUseCertificate,
    keys: keys === undefined ? record.keys : keys,
    servers: servers === undefined ? record.servers : servers,
    isReadOnly: limits.isReadOnly ?? record.isReadOnly,
    timeoutSeconds: timeoutSeconds === undefined ? record.timeoutSeconds : timeoutSeconds,
    maxScanKeys: maxScanKeys === undefined ? record.maxScanKeys : maxScanKeys,
    maxConnections: maxConnections === undefined ? record.maxConnections : maxConnections,
    redis: redis === undefined ? record.redis : redis,
  };
}

function withUser(file: UserFile, name: string, record: UserRecord): UserFile {
  return { ...file, users: new Map([...file.users, [name, record]]) };
}
