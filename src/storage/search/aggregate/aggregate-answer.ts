/** Groups as the batch and the words that a statement is given. */
import { type Batch, createBuilder } from '../../../arrow/index.ts';
import type { SqlType } from '../../../types/index.ts';
import type { AggregateAnswer, AggregateRequest } from '../../scan-words.ts';
import { commandText } from '../../tables/command-text.ts';
import type { CellText } from './groups.ts';
import type { Words } from './query-words.ts';
import { Refusal } from './sortables.ts';

/** What was asked, or would be. */
export interface AskedCommands {
  readonly words: Words;
  /** Those beside it. */
  readonly moreWords?: readonly Words[];
  readonly remarks: readonly string[];
}

/**
 * Makes the answer.
 * @param rows null: nothing was asked, for EXPLAIN.
 * @throws {Refusal} where a text is no value of its column's type.
 */
export function answerWith(
  rows: readonly (readonly CellText[])[] | null,
  request: AggregateRequest,
  { words, moreWords = [], remarks }: AskedCommands,
): AggregateAnswer {
  const types = [...request.groups, ...request.aggregates].map(({ type }) => type);
  return {
    kind: 'rows',
    batch: batchFrom(rows ?? [], types),
    isDry: rows === null,
    command: commandText(words),
    moreCommands: moreWords.map(commandText),
    index: String(words[0]).startsWith('FT.') ? String(words[1]) : null,
    remarks,
  };
}

function batchFrom(rows: readonly (readonly CellText[])[], types: readonly SqlType[]): Batch {
  const columns = types.map((type, i) => {
    const builder = createBuilder(type);
    for (const row of rows) {
      const text = row[i] ?? null;
      if (text === null) {
        builder.appendNull();
        continue;
      }
      const bytes = Buffer.from(text, 'utf8');
      if (!builder.append(bytes, 0, bytes.length, true)) throw new Refusal(`${text} is no ${type.id}`);
    }
    return builder.finish();
  });
  return { rowCount: rows.length, columns };
}
