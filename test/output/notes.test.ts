import { describe, expect, it } from 'vitest';
import { Notes } from '../../src/output/notes.ts';

const none = { notes: [], badValues: 0, skippedKeys: 0 };

describe('Notes', () => {
  it('says nothing where there is nothing to say', () => {
    expect(new Notes().linesFor(none)).toEqual([]);
  });

  it('says what happened to rows before what inference thought', () => {
    expect(new Notes().linesFor({ notes: ['age: looks like numbers'], badValues: 1, skippedKeys: 1200 })).toEqual([
      'note: 1 value did not parse as the type of the column',
      'note: 1,200 keys of another type under the pattern: skipped',
      'note: age: looks like numbers',
    ]);
  });

  it('keeps to three lines and counts the rest', () => {
    const notes = new Notes();
    expect(notes.linesFor({ ...none, notes: ['a', 'b', 'c'] })).toEqual(['note: a', 'note: b', 'note: c']);
    expect(notes.linesFor({ ...none, notes: ['d', 'e', 'f', 'g'] })).toEqual([
      'note: d',
      'note: e',
      'note: f',
      '… and 1 more note',
    ]);
    expect(new Notes().linesFor({ ...none, notes: ['a', 'b', 'c', 'd', 'e'] }).at(-1)).toBe('… and 2 more notes');
  });

  it('says no line twice, in one statement or in several', () => {
    const notes = new Notes();
    expect(notes.linesFor({ ...none, notes: ['a', 'a', 'b'] })).toEqual(['note: a', 'note: b']);
    expect(notes.linesFor({ ...none, notes: ['b', 'c', 'a'] })).toEqual(['note: c']);
    expect(notes.linesFor({ ...none, notes: ['a'] })).toEqual([]);
  });

  it('stays on one line, whatever a field is called', () => {
    expect(new Notes().linesFor({ ...none, notes: ['field "a\nb\u001b[2J"'] })).toEqual(['note: field "a\\nb\\x1b[2J"']);
  });
});
