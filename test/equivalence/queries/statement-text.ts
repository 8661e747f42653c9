/** Writes a query as text, for ours (table functions over Redis, parameters) and for the plain tables (names, literals). */
import type { Table } from '../world/words.ts';
import { BOUND_PLACE, type Condition, type Query, type Use } from './words.ts';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

export type Side = 'redis' | 'plain';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Gives the statement; `isWhole`: without LIMIT and OFFSET, as what their rows must be among. */
export function statementOf(query: Query, side: Side, isWhole = false): Statement {
  const writer = new Writer(side);
  const text = writer.write(query, isWhole);
  return { text, parameters: writer.parameters };
}

/** The view that stands for a table: the same text on both sides but for what it reads. */
export function viewOf(table: Table, side: Side): string {
  const use: Use = { table, alias: 'v', narrow: null, isTemplate: false, isView: false, served: null, arguments: [] };
  return `CREATE OR REPLACE VIEW view_${table.name} AS SELECT * FROM ${fromText(use, side)}`;
}

class Writer {
  readonly parameters: unknown[] = [];
  readonly #side: Side;

  constructor(side: Side) {
    this.#side = side;
  }

  write(query: Query, isWhole: boolean): string {
    return `${this.#body(query)}${isWhole ? '' : endOf(query)}`;
  }

  #body(query: Query): string {
    const [first, second] = query.uses;
    if (first === undefined) throw new Error('a query has a table');
    const from = fromText(first, this.#side);
    const other = second === undefined ? '' : fromText(second, this.#side);
    const items = query.items.map((item, i) => `${item.sql} AS i${i}`).join(', ');
    const join = query.join ?? { words: 'JOIN', on: 'true' };
    switch (query.shape) {
      case 'select':
        return `SELECT ${items} FROM ${from}${this.#where(query.where)}`;
      case 'distinct':
        return `SELECT DISTINCT ${items} FROM ${from}${this.#where(query.where)}`;
      case 'group': {
        const groups = query.items.slice(0, query.groupCount).map((item) => item.sql);
        const by = groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : '';
        const having = query.having === null ? '' : ` HAVING ${this.#condition(query.having)}`;
        return `SELECT ${items} FROM ${from}${this.#where(query.where)}${by}${having}`;
      }
      case 'join': {
        const second = query.secondWhere === null || /SEMI|ANTI/.test(join.words) ? null : query.secondWhere;
        const where = [query.where, second].filter((one) => one !== null);
        return `SELECT ${items} FROM ${from} ${join.words} ${other} ON ${join.on}${this.#where(where.length === 0 ? null : { kind: 'and', children: where })}`;
      }
      case 'semi':
        return `SELECT ${items} FROM ${from} WHERE ${join.on.split(' = ')[0]} IN (SELECT ${join.on.split(' = ')[1]} FROM ${other}${this.#where(query.secondWhere)})${this.#and(query.where)}`;
      case 'exists':
        return `SELECT ${items} FROM ${from} WHERE ${/^a\.[^=]*[02468]"/.test(join.on) ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${other} WHERE ${join.on}${this.#and(query.secondWhere)})${this.#and(query.where)}`;
      case 'scalar':
        return `SELECT ${items}, (SELECT count(*) FROM ${other}${this.#where(query.secondWhere)}) AS n FROM ${from}${this.#where(query.where)}`;
      case 'cte':
        return `WITH a AS (SELECT * FROM ${from}${this.#where(query.where)}), b AS (SELECT * FROM a AS b${this.#where(query.secondWhere)}) SELECT ${items} FROM a JOIN b ON a._key = b._key`;
      case 'union': {
        const renamed = items.replaceAll(/\ba\./g, 'b.');
        return `SELECT ${items} FROM ${from}${this.#where(query.where)} UNION ALL SELECT ${renamed} FROM ${other}${this.#where(query.secondWhere)}`;
      }
      case 'window':
        return `SELECT ${items}, count(*) OVER (PARTITION BY ${query.items[0]?.sql ?? '1'}) AS n FROM ${from}${this.#where(query.where)}`;
      case 'nested':
        return `SELECT ${items} FROM (SELECT * FROM ${from}) AS a${this.#where(query.where)}`;
      default:
        return query.shape satisfies never;
    }
  }

  #where(condition: Condition | null): string {
    return condition === null ? '' : ` WHERE ${this.#condition(condition)}`;
  }

  #and(condition: Condition | null): string {
    return condition === null ? '' : ` AND (${this.#condition(condition)})`;
  }

  #condition(condition: Condition): string {
    switch (condition.kind) {
      case 'leaf': {
        if (condition.bound === null) return condition.sql;
        if (this.#side === 'plain') return condition.sql.replace(BOUND_PLACE, () => condition.bound?.literal ?? '');
        this.parameters.push(condition.bound.value);
        return condition.sql.replace(BOUND_PLACE, `$${this.parameters.length}`);
      }
      case 'not':
        return `NOT (${this.#condition(condition.child)})`;
      default:
        return condition.children.map((child) => `(${this.#condition(child)})`).join(condition.kind === 'and' ? ' AND ' : ' OR ');
    }
  }
}

function endOf({ order, limit, offset }: Query): string {
  const keys = order.map(({ item, words }) => `i${item} ${words}`.trim());
  const by = keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : '';
  return `${by}${limit === null ? '' : ` LIMIT ${limit}`}${offset === 0 ? '' : ` OFFSET ${offset}`}`;
}

function fromText(use: Use, side: Side): string {
  const { table, alias, isView } = use;
  if (isView) return `view_${table.name} AS ${alias}`;
  return side === 'redis' ? `${callText(use)} AS ${alias}` : plainText(use);
}

function callText({ table, narrow, isTemplate, arguments: further }: Use): string {
  const plain = narrow === null ? `${table.prefix}*` : `${narrow.text}${narrow.isKey ? '' : '*'}`;
  const pattern = isTemplate && table.template !== null ? table.template : plain;
  const columns = table.columns.filter((column) => column.isPart === undefined).map(({ name, type }) => `'${name}': '${type}'`);
  const named = [
    `columns => {${columns.join(', ')}}`,
    ...(table.onError === 'error' ? [] : [`on_error => '${table.onError}'`]),
    ...further,
  ];
  return `redis_${table.source}(${quoted(pattern)}, ${named.join(', ')})`;
}

function plainText({ table, alias, narrow, isTemplate }: Use): string {
  if (isTemplate) {
    // `{grp}` takes no colon, so that `z:z` matches no key.
    const pattern = quoted(`${table.prefix}([^:]+):([^:]+)`);
    const capture = (group: number): string => `regexp_extract(_key, ${pattern}, ${group})`;
    return `(SELECT *, ${capture(1)} AS grp, ${capture(2)} AS num FROM ${table.name} WHERE regexp_full_match(_key, ${pattern})) AS ${alias}`;
  }
  if (narrow === null) return `${table.name} AS ${alias}`;
  const test = narrow.isKey ? `_key = ${quoted(narrow.text)}` : `starts_with(_key, ${quoted(narrow.text)})`;
  return `(SELECT * FROM ${table.name} WHERE ${test}) AS ${alias}`;
}
