/** Builds columns of fixed-width values; the type's parser writes them in place. */
import { PhysicalViews, parserOf, type ValueParser, writeInt64 } from '../../types/index.ts';
import type { FixedData } from '../column-data.ts';
import { type ColumnBuilder, FIRST_ROWS } from './column-builder.ts';
import { Validity } from './validity.ts';
import type { ValueRun } from './value-run.ts';

/** Any fixed-width type. The slot of a NULL is zero. Bench: bench/micro/builders.ts. */
export class FixedBuilder implements ColumnBuilder {
  rowCount = 0;
  protected views: PhysicalViews;
  private readonly parse: ValueParser;
  private readonly byteWidth: FixedData['byteWidth'];
  private readonly validity = new Validity();
  private capacityRows = FIRST_ROWS;

  constructor(parse: ValueParser, byteWidth: FixedData['byteWidth']) {
    this.parse = parse;
    this.byteWidth = byteWidth;
    this.views = this.emptyViews();
  }

  get byteLength(): number {
    return this.rowCount * this.byteWidth + this.validity.byteLength;
  }

  append(bytes: Buffer, start: number, end: number, _isUtf8: boolean): boolean {
    if (this.rowCount === this.capacityRows) this.grow();
    if (!this.parse(bytes, start, end, this.views, this.rowCount)) return false;
    this.rowCount += 1;
    return true;
  }

  /** As appendEach of value-run.ts. */
  appendRun(run: ValueRun, from: number, count: number): boolean {
    const { bytes, base, starts, ends, step } = run;
    const { parse } = this;
    while (this.rowCount + count > this.capacityRows) this.grow();
    const { views } = this;
    let at = run.first + from * step;
    for (let i = 0; i < count; i++) {
      const start = starts[at] ?? -1;
      if (start < 0) this.appendNull();
      else if (parse(bytes, base + start, base + (ends[at] ?? 0), views, this.rowCount)) this.rowCount += 1;
      else return false;
      at += step;
    }
    return true;
  }

  appendNull(): void {
    if (this.rowCount === this.capacityRows) this.grow();
    this.views.bytes.fill(0, this.rowCount * this.byteWidth, (this.rowCount + 1) * this.byteWidth);
    this.validity.setNull(this.rowCount);
    this.rowCount += 1;
  }

  truncate(rowCount: number): void {
    if (rowCount >= this.rowCount) return;
    this.validity.truncate(rowCount, this.rowCount);
    this.rowCount = rowCount;
  }

  finish(): FixedData {
    const { byteWidth, rowCount } = this;
    const values = this.views.buffer.transfer(rowCount * byteWidth);
    const validity = this.validity.finish(rowCount);
    this.views = this.emptyViews();
    this.rowCount = 0;
    return { layout: 'fixed', byteWidth, values, validity };
  }

  protected grow(): void {
    this.capacityRows *= 2;
    this.views = new PhysicalViews(this.views.buffer.transfer(this.capacityRows * this.byteWidth));
  }

  protected isFull(): boolean {
    return this.rowCount === this.capacityRows;
  }

  private emptyViews(): PhysicalViews {
    return new PhysicalViews(new ArrayBuffer(this.capacityRows * this.byteWidth));
  }
}

/** BIGINT, from text or from numbers that are integers already (_ttl). */
export class Int64Builder extends FixedBuilder {
  constructor() {
    super(parserOf({ id: 'BIGINT' }), 8);
  }

  /** value: a safe integer. */
  appendNumber(value: number): void {
    if (this.isFull()) this.grow();
    writeInt64(this.views, this.rowCount, value);
    this.rowCount += 1;
  }

  /** Appends `count` numbers from `first` on, each `step` from the last; all safe integers. */
  appendNumbers(first: number, step: number, count: number): void {
    for (let i = 0; i < count; i++) this.appendNumber(first + i * step);
  }
}
