/** Authentication over the wire: what the authenticator says goes out as 'R', each 'p' goes in. */
import { PgError } from '../pg-error.ts';
import { MessageWriter } from '../wire/message-writer.ts';
import type { FrontendMessage } from '../wire/messages.ts';
import type { Authenticator, Channel, ClientOutput, WireUser } from '../words.ts';
import type { Inbox } from './inbox.ts';

export interface LoginOptions {
  readonly authenticator: Authenticator;
  readonly userName: string;
  readonly channel: Channel;
  readonly inbox: Inbox<FrontendMessage>;
  readonly output: ClientOutput;
}

/**
 * Lets a user in. AuthenticationOk is not sent yet; a last message of the exchange is.
 * Gives null where the client went away, also while the authenticator thought.
 * @throws {PgError} what the authenticator threw; 08P01 for a message that is no answer.
 */
export async function logIn(options: LoginOptions): Promise<WireUser | null> {
  const { inbox, output } = options;
  const authentication = options.authenticator.begin(options.userName, options.channel);
  const writer = new MessageWriter();
  let answer: Uint8Array | null = null;
  for (;;) {
    const step = await authentication.next(answer);
    if (inbox.isClosed) return null;
    if (step.body !== null) {
      writer.authentication(step.body);
      output.write(writer.take());
    }
    if (step.kind === 'done') return step.user;
    const message = await inbox.read();
    if (message === null) return null;
    // The decoder lets nothing else through before authentication.
    if (message.kind !== 'password') throw new PgError('08P01', 'expected password response', { severity: 'FATAL' });
    answer = message.body;
  }
}
