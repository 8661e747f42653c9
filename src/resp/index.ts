/** RESP2 and RESP3: commands to bytes, bytes to replies or to the offsets of rows. Knows no sockets and no columns. */
export { encodeBulk, encodeCommand } from './encode-command.ts';
export { ReceiveBuffer } from './receive-buffer.ts';
export type { Reply, ReplyError, ReplyPush } from './reply-reader.ts';
export { isReplyError, isReplyPush, ReplyReader } from './reply-reader.ts';
export type { RowShape } from './row-reader.ts';
export { MAX_ROWS_PER_READ, ROW, RowReader } from './row-reader.ts';
export { ScanReader } from './scan-reader.ts';
export { SearchReader } from './search-reader.ts';
