import { describe, expect, it } from 'vitest';
import { scanSettingFrom } from '../../src/sql/index.ts';

const NAMES = ['max_block_ms', 'use_indexes', 'pushdown_filters', 'on_full_scan', 'max_scan_keys'];

describe('scanSettingFrom', () => {
  it.each([
    ['SET max_block_ms = 50', 'max_block_ms', 50],
    ['set MAX_BLOCK_MS=50;', 'max_block_ms', 50],
    ['SET "max_block_ms" TO 50', 'max_block_ms', 50],
    ['SET max_block_ms=-1', 'max_block_ms', -1],
    ['SET SESSION use_indexes = false', 'use_indexes', 'false'],
    ['SET GLOBAL use_indexes = TRUE', 'use_indexes', 'true'],
    ['SET LOCAL pushdown_filters TO off', 'pushdown_filters', 'off'],
    ["SET on_full_scan = 'refuse' -- why", 'on_full_scan', 'refuse'],
    ["SET on_full_scan = 'it''s'", 'on_full_scan', "it's"],
    ['SET max_scan_keys = NULL', 'max_scan_keys', null],
    ["SET max_scan_keys = CAST('7' AS BIGINT)", 'max_scan_keys', '7'],
    ['RESET max_block_ms', 'max_block_ms', undefined],
    ['/* x */ reset session MAX_BLOCK_MS ;', 'max_block_ms', undefined],
  ])('reads %s', (text, name, value) => {
    expect(scanSettingFrom(text, NAMES)).toEqual({ name, value });
  });

  it.each([
    'SET threads = 4',
    'SET VARIABLE max_block_ms = 4',
    'RESET threads',
    'RESET VARIABLE max_block_ms',
    'SET max_block_ms',
    'SET max_block_ms 5',
    'SET max_block_ms = ',
    'SET max_block_ms = 5 + 5',
    'SET max_block_ms = (SELECT 5)',
    'RESET max_block_ms = 5',
    "SELECT 'SET max_block_ms = 50'",
    '',
  ])('leaves %s to DuckDB', (text) => {
    expect(scanSettingFrom(text, NAMES)).toBeNull();
  });
});
