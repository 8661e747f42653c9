/** Builds STRUCT columns: one child a member, all of as many rows as the struct. */
import type { StructData } from '../column-data.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { Validity } from './validity.ts';

/** A row is one value in each of `children`, then endRow(), or appendNull(). Values without an endRow() are dropped by truncate. */
export class StructBuilder<Child extends Omit<ColumnBuilder, 'append'> = ColumnBuilder> {
  rowCount = 0;
  readonly children: readonly Child[];
  private readonly validity = new Validity();

  constructor(children: readonly Child[]) {
    this.children = children;
  }

  get byteLength(): number {
    return this.children.reduce((sum, child) => sum + child.byteLength, this.validity.byteLength);
  }

  endRow(): void {
    this.rowCount += 1;
  }

  /** Appends a row that is NULL: so is each of its members, which DuckDB takes for granted. */
  appendNull(): void {
    this.truncate(this.rowCount);
    for (const child of this.children) child.appendNull();
    this.validity.setNull(this.rowCount);
    this.endRow();
  }

  /** Drops rows from the end, so that `rowCount` are left, and the values of the open row. */
  truncate(rowCount: number): void {
    const left = Math.min(rowCount, this.rowCount);
    for (const child of this.children) child.truncate(left);
    this.validity.truncate(left, this.rowCount);
    this.rowCount = left;
  }

  finish(): StructData {
    this.truncate(this.rowCount);
    const { rowCount } = this;
    this.rowCount = 0;
    return { layout: 'struct', children: this.children.map((child) => child.finish()), validity: this.validity.finish(rowCount) };
  }
}
