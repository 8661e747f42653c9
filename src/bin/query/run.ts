/**
 * Runs the statements of a command line, one after another, and prints what they give. The first error stops; a reader
 * that goes away ends the command well; an interrupt stops the statement on the server, too.
 */
import { errorFromData, RedQueryError } from '../../errors.ts';
import { type ConnectOptions, connect, type Result, type Session } from '../../index.ts';
import {
  ClosedOutput,
  errorText,
  type Format,
  type FormatWriter,
  Notes,
  type Output,
  outputFrom,
  type Place,
  Progress,
  type TerminalStream,
  writerFor,
} from '../../output/index.ts';
import { showsColour } from '../colour-choice.ts';
import { connectOptionsFrom } from '../connect-options.ts';
import { EXIT, exitStatusOf } from '../exit-status.ts';
import { usageText } from '../help.ts';
import type { RunCommand } from './arguments.ts';
import { type Script, type ScriptStatement, scriptFrom, statementsOf, unusedParameter } from './script.ts';

/** The process as the command sees it. */
export interface CommandStreams {
  readonly stdin: NodeJS.ReadStream | (NodeJS.ReadableStream & { readonly isTTY?: boolean });
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
}

/** How long an interrupted command may take to let go of the server. */
const FAREWELL_MS = 2_000;

/** Runs the command and gives its exit status; has printed whatever there was to say. */
export async function run(command: RunCommand, streams: CommandStreams): Promise<number> {
  const work = new Work(command, streams);
  return Promise.race([work.run(), interrupted(streams.interrupt)]);
}

async function interrupted(signal: AbortSignal): Promise<number> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
  return EXIT.INTERRUPTED;
}

async function sessionOptionsFrom(command: RunCommand): Promise<ConnectOptions> {
  return {
    ...(await connectOptionsFrom(command)),
    readOnly: command.isReadOnly,
    ...(command.timeoutMs === null ? {} : { statementTimeoutMs: command.timeoutMs }),
  };
}

class Work {
  readonly #command: RunCommand;
  readonly #streams: CommandStreams;
  readonly #output: Output;
  readonly #notes = new Notes();
  #progress: Progress | null = null;

  constructor(command: RunCommand, streams: CommandStreams) {
    this.#command = command;
    this.#streams = streams;
    // The person who would read it may have gone: nothing to do about that.
    streams.stderr.on('error', () => undefined);
    this.#output = outputFrom(streams.stdout, {
      beforeWrite: () => {
        if (streams.stdout.isTTY === true) this.#progress?.stop();
      },
      note: (text) => {
        if (streams.stdout.isTTY === true) this.#say(text);
      },
      hasColour: showsColour(streams.stdout, command.colour),
    });
  }

  async run(): Promise<number> {
    const { stdin } = this.#streams;
    if (stdin.isTTY === true && this.#command.sources.some((source) => source.kind === 'stdin')) {
      return this.#usage('there is no SQL: give it behind -c, in a file behind -f, or through a pipe');
    }
    try {
      return await this.#runAll();
    } catch (error) {
      if (error instanceof ClosedOutput) return EXIT.DONE;
      return this.#failed(error, null, EXIT.USAGE);
    }
  }

  async #runAll(): Promise<number> {
    const { sources, parameters } = this.#command;
    // The engine starts while a pipe may still be bringing SQL.
    const connecting = sessionOptionsFrom(this.#command).then(connect);
    connecting.catch(() => undefined);
    const scripts: Script[] = [];
    for (const source of sources) scripts.push(await scriptFrom(source, this.#stdin()));
    const statements: ScriptStatement[] = [];
    for (const script of scripts) {
      try {
        statements.push(...statementsOf(script, parameters));
      } catch (error) {
        return this.#failed(error, { script: script.text, offset: 0, end: script.text.length, file: script.file }, EXIT.FAILED);
      }
    }
    if (statements.length === 0) return this.#usage('there is no SQL in what was given');
    const unused = unusedParameter(scripts, parameters);
    if (unused !== null) return this.#usage(`no statement uses the parameter ${unused}; write $${unused} in the SQL`);
    await using session = await connecting;
    return await this.#runStatements(session, statements);
  }

  #stdin() {
    // Node's own streams are Readable; the looser type lets tests give their own.
    return this.#streams.stdin as NodeJS.ReadStream;
  }

  async #runStatements(session: Session, statements: readonly ScriptStatement[]): Promise<number> {
    const format = this.#command.format ?? (this.#output.isTerminal ? 'table' : 'ndjson');
    const writer = await writerFor(format);
    let resultCount = 0;
    for (const statement of statements) {
      const result = session.query(statement.text, statement.parameters, { signal: this.#streams.interrupt });
      try {
        if (statement.hasRows && resultCount++ > 0 && isSeparated(format)) await this.#output.write('\n');
        await this.#print(result, statement, writer);
      } catch (error) {
        if (error instanceof ClosedOutput) return EXIT.DONE;
        return this.#failed(error, statement.place, exitStatusOf(error, hasAnswered(result)));
      } finally {
        this.#progress?.stop();
        await result.close();
      }
      this.#sayNotes(result);
    }
    return EXIT.DONE;
  }

  async #print(result: Result, statement: ScriptStatement, writer: FormatWriter): Promise<void> {
    this.#progress = this.#progressOf(result);
    const schema = await result.schema();
    if (statement.hasRows && schema.length > 0) {
      await writer({ schema, batches: result.batches() }, this.#output);
      return;
    }
    for await (const batch of result.batches()) void batch;
  }

  #progressOf(result: Result): Progress | null {
    const { stderr } = this.#streams;
    if (stderr.isTTY !== true || this.#command.isQuiet) return null;
    return new Progress({
      write: (text) => void stderr.write(text),
      columns: () => stderr.columns || 80,
      numbers: () => result.stats,
    });
  }

  #sayNotes(result: Result): void {
    if (this.#command.isQuiet) return;
    for (const line of this.#notes.linesFor(result.stats)) this.#say(line);
  }

  #failed(error: unknown, place: Place | null, status: number): number {
    this.#progress?.stop();
    if (this.#streams.interrupt.aborted) {
      this.#streams.stderr.write(errorText(errorFromData({ code: 'RQ_CANCELLED', message: 'interrupted' }), null));
      return EXIT.INTERRUPTED;
    }
    const { stderr } = this.#streams;
    stderr.write(errorText(error, place, stderr.isTTY === true ? (stderr.columns ?? null) : null));
    // What connect() refuses stands on the command line; all else that fails there is no connection.
    return status === EXIT.USAGE && error instanceof RedQueryError && error.kind === 'io' && error.code !== 'RQ_FILE'
      ? EXIT.NO_CONNECTION
      : status;
  }

  #usage(message: string): number {
    this.#streams.stderr.write(usageText(message));
    return EXIT.USAGE;
  }

  #say(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }
}

/** True where Redis has answered this statement before it failed. */
function hasAnswered({ stats }: Result): boolean {
  return stats.bytesReceived > 0 || stats.keysScanned > 0;
}

/** Formats whose rows tell themselves where a result begins; an empty line between two results helps readers of the others. */
const UNSEPARATED: ReadonlySet<Format> = new Set<Format>(['json', 'ndjson', 'insert', 'html', 'arrow']);

function isSeparated(format: Format): boolean {
  return !UNSEPARATED.has(format);
}
