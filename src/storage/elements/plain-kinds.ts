/** Strings, sets, and keys of any type: tables whose rows Redis keeps in no order. */
import { ANYTHING, type Box, boxOf, EVERYTHING, NOTHING } from '../ranges/box.ts';
import { textBox, whyNoText } from '../ranges/leaf-spans.ts';
import { SCAN_ARGUMENTS } from '../tables/call-arguments.ts';
import { argumentTexts } from '../tables/command-text.ts';
import { projectedColumns } from '../tables/scan-plan.ts';
import { type ColumnLeaf, type ElementKind, NO_CHOICE, readsElements } from './element-kind.ts';

const MEMBER = 'members';
const TYPE = 'types';

export const stringKind: ElementKind = {
  source: 'string',
  functionName: 'redis_string',
  argumentNames: SCAN_ARGUMENTS,
  columns: [{ name: 'value', type: { id: 'VARCHAR' }, role: 'part', part: 'value' }],
  hasFields: false,
  redisType: 'string',
  wholeRange: null,
  leaf: () => null,
  why: () => 'no command finds keys by what they hold',
  choose: () => NO_CHOICE,
  directionOf: () => null,
  togetherCommand: 'MGET',
  commands: (key, _range, _rowsPerKey, request) =>
    projectedColumns(request).some(({ part }) => part === 'value') ? [`MGET ${key}`] : [],
};

export const setKind: ElementKind = {
  source: 'set',
  functionName: 'redis_set',
  argumentNames: SCAN_ARGUMENTS,
  columns: [{ name: 'member', type: { id: 'VARCHAR' }, role: 'part', part: 'member' }],
  hasFields: false,
  redisType: 'set',
  wholeRange: null,
  leaf: (leaf, column) => textBox(MEMBER, leaf, column),
  why: (leaf, column) => whyNoText(leaf, column) ?? 'a set keeps its members in no order',
  choose: (box) => {
    const members = box.sides.get(MEMBER);
    if (members?.kind !== 'keys') return NO_CHOICE;
    return { range: { kind: 'members', members: members.keys }, sides: [MEMBER], where: 'SMISMEMBER' };
  },
  directionOf: () => null,
  commands: (key, range, _rowsPerKey, request) => {
    if (range?.kind === 'members') return [`SMISMEMBER ${key} ${argumentTexts(range.members)}`];
    return [readsElements(request) ? `SSCAN ${key} 0 COUNT 10000` : `SCARD ${key}`];
  },
};

/** Types that every server knows by exactly this name. */
const TYPES = new Set(['string', 'list', 'set', 'zset', 'hash', 'stream']);

/** `options.type` of its tasks: what SCAN leaves. */
export const keysKind: ElementKind = {
  source: 'keys',
  functionName: 'redis_keys',
  argumentNames: ['columns', 'on_error', 'batch_size', 'server'],
  columns: [
    { name: '_type', type: { id: 'VARCHAR' }, role: 'part', part: 'type' },
    { name: '_memory', type: { id: 'BIGINT' }, role: 'part', part: 'memory' },
    { name: '_encoding', type: { id: 'VARCHAR' }, role: 'part', part: 'encoding' },
    { name: '_idle', type: { id: 'BIGINT' }, role: 'part', part: 'idle' },
  ],
  hasFields: false,
  redisType: null,
  wholeRange: null,
  leaf: (leaf, { part }) => (part === 'type' ? typeBox(leaf) : null),
  why: (_, { part }) => (part === 'type' ? 'SCAN takes one type that every server knows' : 'known only once a key is asked'),
  choose: (box) => {
    const types = box.sides.get(TYPE);
    const [only] = types?.kind === 'keys' ? types.keys : [];
    if (only === undefined || types?.kind !== 'keys' || types.keys.length > 1) return NO_CHOICE;
    return { range: null, options: { type: Buffer.from(only).toString('utf8') }, sides: [TYPE], where: 'SCAN TYPE' };
  },
  directionOf: () => null,
  commands: (key, _range, _rowsPerKey, request) => {
    const parts = new Set(projectedColumns(request).map(({ part }) => part));
    return [
      ...(parts.has('type') ? [`TYPE ${key}`] : []),
      ...(parts.has('memory') ? [`MEMORY USAGE ${key}`] : []),
      ...(parts.has('encoding') ? [`OBJECT ENCODING ${key}`] : []),
      ...(parts.has('idle') ? [`OBJECT IDLETIME ${key}`] : []),
    ];
  },
};

function typeBox(leaf: ColumnLeaf): Box {
  switch (leaf.kind) {
    case 'comparison':
      return leaf.op === '=' ? typesBox([leaf.value.value]) : ANYTHING;
    case 'in':
      return typesBox(leaf.values.map(({ value }) => value));
    case 'isNull':
      return NOTHING;
    case 'isNotNull':
      return EVERYTHING;
    default:
      return ANYTHING;
  }
}

function typesBox(values: readonly unknown[]): Box {
  const types = [...new Set(values.filter((value) => value !== null))];
  if (!types.every((type): type is string => typeof type === 'string' && TYPES.has(type))) return ANYTHING;
  return boxOf(TYPE, { kind: 'keys', keys: types.map((type) => Buffer.from(type, 'utf8')) }, true);
}
