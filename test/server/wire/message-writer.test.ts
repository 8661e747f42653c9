import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/server/pg-error.ts';
import { characterPosition } from '../../../src/server/wire/error-fields.ts';
import { MessageWriter } from '../../../src/server/wire/message-writer.ts';
import type { PgColumn } from '../../../src/server/words.ts';

function written(write: (writer: MessageWriter) => void): string {
  const writer = new MessageWriter();
  write(writer);
  return Buffer.from(writer.take()).toString('latin1');
}

const COLUMN: PgColumn = { name: 'n', tableOid: 16384, columnNumber: 2, typeOid: 23, typeSize: 4, typeModifier: -1 };
const WIDE: PgColumn = { name: 'é', tableOid: 0, columnNumber: 0, typeOid: 25, typeSize: -1, typeModifier: -1 };

describe('MessageWriter', () => {
  it.each<readonly [string, (writer: MessageWriter) => void, string]>([
    ['AuthenticationOk', (w) => w.authenticationOk(), 'R\0\0\0\x08\0\0\0\0'],
    ['AuthenticationSASL', (w) => w.authentication(Buffer.from('\0\0\0\x0aX\0\0')), 'R\0\0\0\x0b\0\0\0\x0aX\0\0'],
    ['ParameterStatus', (w) => w.parameterStatus('a', 'bc'), 'S\0\0\0\x09a\0bc\0'],
    ['BackendKeyData', (w) => w.backendKeyData(258, Buffer.from([9, 8, 7, 6])), 'K\0\0\0\x0c\0\0\x01\x02\x09\x08\x07\x06'],
    ['BackendKeyData of 3.2', (w) => w.backendKeyData(1, Buffer.alloc(32, 'k')), `K\0\0\0\x28\0\0\0\x01${'k'.repeat(32)}`],
    ['ReadyForQuery', (w) => w.readyForQuery('T'), 'Z\0\0\0\x05T'],
    [
      'RowDescription',
      (w) => w.rowDescription([COLUMN], []),
      'T\0\0\0\x1a\0\x01n\0\0\0\x40\0\0\x02\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0',
    ],
    [
      'RowDescription with one format for all',
      (w) => w.rowDescription([WIDE, WIDE], [1]),
      `T\0\0\0\x30\0\x02${'\xc3\xa9\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\x01'.repeat(2)}`,
    ],
    [
      'RowDescription with a format for each',
      (w) => w.rowDescription([WIDE, WIDE], [0, 1]),
      `T\0\0\0\x30\0\x02${[0, 1].map((f) => `\xc3\xa9\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0${String.fromCharCode(f)}`).join('')}`,
    ],
    [
      'DataRow',
      (w) => w.dataRow(['é', null, Buffer.from([1]), '']),
      'D\0\0\0\x19\0\x04\0\0\0\x02\xc3\xa9\xff\xff\xff\xff\0\0\0\x01\x01\0\0\0\0',
    ],
    ['ParameterDescription', (w) => w.parameterDescription([20, 4294967295]), 't\0\0\0\x0e\0\x02\0\0\0\x14\xff\xff\xff\xff'],
    ['NoData', (w) => w.noData(), 'n\0\0\0\x04'],
    ['ParseComplete', (w) => w.parseComplete(), '1\0\0\0\x04'],
    ['BindComplete', (w) => w.bindComplete(), '2\0\0\0\x04'],
    ['CloseComplete', (w) => w.closeComplete(), '3\0\0\0\x04'],
    ['PortalSuspended', (w) => w.portalSuspended(), 's\0\0\0\x04'],
    ['EmptyQueryResponse', (w) => w.emptyQueryResponse(), 'I\0\0\0\x04'],
    ['CommandComplete', (w) => w.commandComplete('SELECT 1'), 'C\0\0\0\x0dSELECT 1\0'],
    ['CopyOutResponse', (w) => w.copyOutResponse(1, 2), 'H\0\0\0\x0b\x01\0\x02\0\x01\0\x01'],
    ['CopyDone', (w) => w.copyDone(), 'c\0\0\0\x04'],
    ['NegotiateProtocolVersion', (w) => w.negotiateProtocolVersion(2, ['_pq_.x']), 'v\0\0\0\x13\0\x03\0\x02\0\0\0\x01_pq_.x\0'],
    ['bytes as they are', (w) => w.raw(Buffer.from('D\0\0\0\x06\0\0')), 'D\0\0\0\x06\0\0'],
    ['ErrorResponse', (w) => w.error(new PgError('42P01', 'gone')), 'E\0\0\0\x20SERROR\0VERROR\0C42P01\0Mgone\0\0'],
    [
      'ErrorResponse with all that is known',
      (w) =>
        w.error(
          new PgError('23505', 'm', {
            severity: 'FATAL',
            detail: 'd',
            hint: 'h',
            position: 3,
            schema: 's',
            table: 't',
            column: 'c',
            constraint: 'n',
          }),
          'é😀x',
        ),
      'E\0\0\0\x32SFATAL\0VFATAL\0C23505\0Mm\0Dd\0Hh\0P3\0ss\0tt\0cc\0nn\0\0',
    ],
    [
      'ErrorResponse without a position where its text is not known',
      (w) => w.error(new PgError('42601', 'm', { position: 3 })),
      'E\0\0\0\x1dSERROR\0VERROR\0C42601\0Mm\0\0',
    ],
    [
      'NoticeResponse',
      (w) => w.notice({ severity: 'WARNING', sqlState: '25P01', message: 'm', detail: 'd', hint: 'h' }),
      'N\0\0\0\x27SWARNING\0VWARNING\0C25P01\0Mm\0Dd\0Hh\0\0',
    ],
    ['no NUL inside a text', (w) => w.commandComplete('a\0b'), 'C\0\0\0\x07ab\0'],
  ])('writes %s', (_name, write, bytes) => {
    expect(written(write)).toBe(bytes);
  });

  it('takes what was written since it was taken last, and leaves that alone afterwards', () => {
    const writer = new MessageWriter();
    const parts: Uint8Array[] = [];
    let expected = '';
    for (let index = 0; index < 2000; index += 1) {
      writer.commandComplete(`SELECT ${index}`);
      if (index % 100 === 0) writer.raw(Buffer.alloc(index, 'x'));
      expect(writer.byteLength).toBeGreaterThan(0);
      if (index % 3 === 0) parts.push(writer.take());
    }
    parts.push(writer.take());
    for (let index = 0; index < 2000; index += 1) {
      const tag = `SELECT ${index}`;
      expected += `C\0\0\0${String.fromCharCode(5 + tag.length)}${tag}\0`;
      if (index % 100 === 0) expected += 'x'.repeat(index);
    }
    expect(Buffer.concat(parts).toString('latin1')).toBe(expected);
    expect(writer.byteLength).toBe(0);
    expect(writer.take().length).toBe(0);
  });
});

describe('characterPosition', () => {
  it.each([
    ['abc', 0, 1],
    ['abc', 2, 3],
    ['abc', 3, 4],
    ['abc', 99, 4],
    ['', 0, 1],
    ['é😀x', 1, 2],
    ['é😀x', 2, 2],
    ['é😀x', 3, 3],
  ])('counts in %j from offset %i to character %i', (text, offset, position) => {
    expect(characterPosition(text, offset)).toBe(position);
  });
});
