/**
 * The first words on a raw socket, in one round trip: who we are, which database, and that reading shall leave no trace
 * (CLIENT NO-TOUCH, from Redis 7.2 on: a scan would else reset the LRU and LFU of every key). Stays in RESP2 unless
 * RESP3 is asked for.
 */
import { RedQueryError } from '../../errors.ts';
import { encodeCommand } from '../../resp/encode-command.ts';
import { isReplyError, type Reply, ReplyReader } from '../../resp/reply-reader.ts';
import type { RespVersion, ScanSocket } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { isNeedlessPassword, redisErrorFrom } from './redis-error.ts';

interface Step {
  /** For error messages: the name only, the arguments hold the password. */
  readonly name: string;
  readonly bytes: Buffer;
  /** A courtesy: an old server or a narrow ACL may refuse it. */
  readonly isOptional: boolean;
}

/**
 * Runs the handshake on a connected socket.
 * @throws {RedQueryError} RQ_REDIS_AUTH, RQ_REDIS_PERMISSION, RQ_REDIS_LOADING, RQ_REDIS_BUSY, RQ_REDIS_ERROR, RQ_PROTOCOL
 */
export function shakeHands(socket: ScanSocket): Promise<void> {
  const steps = stepsFor(socket.endpoint, socket.protocol);
  return new Promise((resolve, reject) => {
    const reader = new ReplyReader();
    let answered = 0;
    socket.use({
      onBytes: () => {
        for (let reply = reader.read(socket.receive); reply !== undefined; reply = reader.read(socket.receive)) {
          const step = steps[answered];
          if (step === undefined) throw new RedQueryError('RQ_PROTOCOL', 'the server answered more than it was asked');
          socket.answered(1);
          answered += 1;
          const refusal = refusalFrom(reply, step);
          // At once: protected mode and too many clients are one error reply, then the end of the connection.
          if (refusal !== null) reject(refusal);
          else if (answered === steps.length) resolve();
        }
      },
      onFailure: reject,
    });
    socket.write(Buffer.concat(steps.map(({ bytes }) => bytes)), steps.length);
  });
}

function refusalFrom(reply: Reply, step: Step): RedQueryError | null {
  if (!isReplyError(reply)) return null;
  const error = redisErrorFrom(reply.error, step.name);
  if (step.name === 'AUTH' && isNeedlessPassword(error)) return null;
  const isRefusedCourtesy = step.isOptional && (error.code === 'RQ_REDIS_PERMISSION' || error.code === 'RQ_REDIS_ERROR');
  return isRefusedCourtesy ? null : error;
}

function stepsFor({ username, password, database }: Endpoint, protocol: RespVersion): Step[] {
  const steps: Step[] = [];
  if (password !== null || username !== null) {
    const credentials = username === null ? [password ?? ''] : [username, password ?? ''];
    steps.push({ name: 'AUTH', bytes: encodeCommand(['AUTH', ...credentials]), isOptional: false });
  }
  // Behind AUTH, which it could do, too: a server that does not know it would repeat the password.
  if (protocol === 3) steps.push({ name: 'HELLO', bytes: encodeCommand(['HELLO', '3']), isOptional: false });
  if (database !== 0) steps.push({ name: 'SELECT', bytes: encodeCommand(['SELECT', String(database)]), isOptional: false });
  steps.push(
    { name: 'CLIENT SETNAME', bytes: encodeCommand(['CLIENT', 'SETNAME', 'redquery-scan']), isOptional: true },
    { name: 'CLIENT NO-TOUCH', bytes: encodeCommand(['CLIENT', 'NO-TOUCH', 'ON']), isOptional: true },
  );
  return steps;
}
