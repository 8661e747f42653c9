/** What a task over documents asks of each key: one JSON.GET with the paths of its columns, each once. */
import { missingModuleError } from '../../storage/connections/missing-module.ts';
import type { ScanTask, TableColumn } from '../../storage/scan-words.ts';
import { keyCommand } from '../keys/key-block.ts';
import type { FetchPlan, FieldColumn, ScanLayout } from '../rows/scan-layout.ts';
import { RefusedPathError } from './json-finder.ts';

const NO_KEY = new Uint8Array(0);
/** Where a key by name need only hold a document: a path that few documents have, so that the reply is short. */
const ANY_PATH = '$._';

/** Works out the layout of a task over documents. */
export function jsonLayoutFor(task: ScanTask): ScanLayout {
  const paths: string[] = [];
  const slotFor = (path: string): number => {
    const known = paths.indexOf(path);
    return known < 0 ? paths.push(path) - 1 : known;
  };
  const columns: readonly { readonly column: TableColumn; readonly index: number }[] = [
    ...task.columns.map((column, index) => ({ column, index })),
    ...task.checkedColumns
      .filter(({ name }) => !task.columns.some((column) => column.name === name))
      .map((column) => ({ column, index: -1 })),
  ];
  const fieldColumns = columns.flatMap(({ column, index }): FieldColumn[] =>
    column.path === undefined ? [] : [{ column, index, slot: slotFor(column.path) }],
  );
  const hasTtl = task.columns.some(({ role }) => role === 'ttl');
  const plan = planFor(paths, fieldColumns, hasTtl);
  return { fields: [], fieldColumns, paths, fetch: fetchFor(task, plan, paths, hasTtl), elements: null, recheck: plan };
}

function fetchFor(task: ScanTask, plan: FetchPlan, paths: readonly string[], hasTtl: boolean): FetchPlan | null {
  // SCAN … TYPE has seen to it that the key holds a document; any other key has to be asked.
  if (paths.length > 0 || task.access.kind !== 'scan') return plan;
  if (!hasTtl) return null;
  return { commands: [keyCommand('TTL')], shape: { main: 'none', fieldCount: 0, hasTtl }, name: 'TTL' };
}

function planFor(paths: readonly string[], fieldColumns: readonly FieldColumn[], hasTtl: boolean): FetchPlan {
  const commands = [keyCommand('JSON.GET', paths.length === 0 ? [ANY_PATH] : paths)];
  if (hasTtl) commands.push(keyCommand('TTL'));
  const [only] = fieldColumns;
  return {
    commands,
    shape: { main: 'json', fieldCount: paths.length, hasTtl },
    name: 'JSON.GET',
    errorFrom: (text) => {
      const missing = missingModuleError(text, 'JSON.GET');
      if (missing !== null) return missing;
      const isOfPath = paths.length === 1 && only !== undefined && !/^[A-Z]{4,} /.test(text);
      return isOfPath ? new RefusedPathError(only.column.name, paths[0] ?? '', NO_KEY, text) : null;
    },
  };
}
