/** What a client sends (PostgreSQL, «Message Formats», 54.7), decoded. Bytes are views into the receive buffer: copy what is kept. */
import type { PgError } from '../pg-error.ts';
import type { Format } from '../words.ts';

export type FrontendMessage =
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'parse'; readonly name: string; readonly text: string; readonly parameterTypes: readonly number[] }
  | {
      readonly kind: 'bind';
      readonly portal: string;
      readonly statement: string;
      readonly parameterFormats: readonly Format[];
      /** Copies, not views. */
      readonly values: readonly (Uint8Array | null)[];
      readonly resultFormats: readonly Format[];
    }
  | { readonly kind: 'describe'; readonly target: 'statement' | 'portal'; readonly name: string }
  /** maxRows 0: all. */
  | { readonly kind: 'execute'; readonly portal: string; readonly maxRows: number }
  | { readonly kind: 'close'; readonly target: 'statement' | 'portal'; readonly name: string }
  | { readonly kind: 'flush' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'terminate' }
  /** 'p': password, SASL response. */
  | { readonly kind: 'password'; readonly body: Uint8Array }
  | { readonly kind: 'copyData' }
  | { readonly kind: 'copyDone' }
  | { readonly kind: 'copyFail'; readonly reason: string }
  | { readonly kind: 'functionCall' }
  /**
   * A frame whose length was right and whose body was not (08P01, 22021, 22023); never FATAL, the stream is in step. A session
   * reports `error` where it would have answered; `isExtended` says whether it then skips to Sync or sends ReadyForQuery.
   */
  | { readonly kind: 'malformed'; readonly error: PgError; readonly isExtended: boolean };

/** What a client sends before it has a session; it has no type byte. */
export type StartupRequest =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gss' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly secret: Uint8Array }
  | {
      readonly kind: 'startup';
      readonly major: number;
      readonly minor: number;
      readonly parameters: ReadonlyMap<string, string>;
    };
