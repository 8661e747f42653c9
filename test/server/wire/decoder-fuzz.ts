/** Drives the decoders with mangled bytes and tells what they did wrong. */
import { PgError } from '../../../src/server/pg-error.ts';
import { FrameDecoder } from '../../../src/server/wire/frame-decoder.ts';
import type { FrontendMessage } from '../../../src/server/wire/messages.ts';
import { StartupDecoder } from '../../../src/server/wire/startup.ts';
import { readWishes } from '../../../src/server/wire/startup-parameters.ts';
import { query } from './client-frames.ts';
import type { Mangler } from './mangled-frames.ts';

const FRAMES_A_STREAM = 20;
const KNOWN_STATES = new Set(['08P01', '22021', '22023']);
const CHUNK_OVERHEAD_BYTES = 256;

/** What came of some frames. */
export interface FuzzCounts {
  frames: number;
  understood: number;
  malformed: number;
  broken: number;
}

/**
 * Sends one stream of mangled frames through a decoder.
 * @throws where an error is none of the protocol, a right frame is not understood, or more is held than was sent.
 */
export function fuzzStream(mangler: Mangler, counts: FuzzCounts): void {
  const frames = Array.from({ length: FRAMES_A_STREAM }, () => mangler.frame(true));
  const broken = frames.findIndex(({ isInStep }) => !isInStep);
  const sound = broken === -1 ? frames.length : broken;
  const bytes = Buffer.concat([...frames.map((frame) => frame.bytes), query('sentinel')]);
  const messages = decode(mangler, bytes, counts);
  counts.frames += frames.length;
  if (messages.length < sound) throw new Error(`${sound} frames were sound, ${messages.length} messages came`);
  const last = messages.at(-1);
  if (broken === -1 && !(last?.kind === 'query' && last.text === 'sentinel')) throw new Error('the stream fell out of step');
}

function decode(mangler: Mangler, bytes: Buffer, counts: FuzzCounts): FrontendMessage[] {
  const decoder = new FrameDecoder({ largeBytes: 1 << 20 });
  decoder.authenticated();
  const messages: FrontendMessage[] = [];
  let pushedBytes = 0;
  try {
    for (const chunk of mangler.chunks(bytes)) {
      decoder.push(chunk);
      pushedBytes += chunk.length + CHUNK_OVERHEAD_BYTES;
      if (decoder.heldBytes > pushedBytes) throw new RangeError('more is held than was sent');
      // Bytes may pile up: not every chunk is looked at.
      if (mangler.below(3) === 0) take(decoder, messages, counts);
    }
    take(decoder, messages, counts);
  } catch (error) {
    if (!(error instanceof PgError) || error.sqlState !== '08P01' || !error.isFatal) throw error;
    counts.broken += 1;
  }
  return messages;
}

function take(decoder: FrameDecoder, messages: FrontendMessage[], counts: FuzzCounts): void {
  for (let message = decoder.next(); message !== null; message = decoder.next()) {
    messages.push(message);
    if (message.kind !== 'malformed') {
      counts.understood += 1;
      continue;
    }
    const { error } = message;
    if (!KNOWN_STATES.has(error.sqlState) || error.isFatal) throw error;
    counts.malformed += 1;
  }
}

/** Sends mangled bytes through the decoder of startup packets. @throws any error that is not a FATAL one of PostgreSQL's. */
export function fuzzStartup(mangler: Mangler, counts: FuzzCounts): void {
  const decoder = new StartupDecoder();
  counts.frames += 1;
  try {
    for (const chunk of mangler.chunks(mangler.startup())) decoder.push(chunk);
    for (let request = decoder.next(); request !== null; request = decoder.next()) {
      if (request.kind === 'startup') readWishes(request.parameters);
      counts.understood += 1;
    }
  } catch (error) {
    if (!(error instanceof PgError) || !error.isFatal) throw error;
    counts.broken += 1;
  }
}
