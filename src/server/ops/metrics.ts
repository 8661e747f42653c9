/**
 * What the server has done, in Prometheus' text form, in a registry of its own. Statements are counted as they end; everything
 * else is asked for when somebody looks. Labels have few values: no user, no text, no key.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AuthenticationReport } from '../auth/authenticator.ts';
import type { Activity, StatementReport } from '../words.ts';

/** Numbers since the start, kept by the parts that know them. */
export interface ServerCounters {
  readonly connections: number;
  readonly connectionsRefused: number;
  readonly bytesSent: number;
  readonly catalogRestarts: number;
}

export interface MetricSources {
  sessions(): readonly Activity[];
  counters(): ServerCounters;
}

const STATES: readonly Activity['state'][] = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export class Metrics {
  readonly #registry = new Registry();
  readonly #statements: Counter<'route' | 'sqlstate_class'>;
  readonly #seconds: Histogram<'route'>;
  readonly #rows: Counter;
  readonly #keysScanned: Counter;
  readonly #roundTrips: Counter;
  readonly #bytesReceived: Counter;
  readonly #authentications: Counter<'method' | 'outcome'>;

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    this.#statements = new Counter({
      name: 'redquery_statements_total',
      help: 'Statements that ended, by what answered them and the class of their SQLSTATE (00: well).',
      labelNames: ['route', 'sqlstate_class'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'redquery_statement_seconds',
      help: 'Time from a statement to its last row.',
      labelNames: ['route'],
      buckets: SECONDS,
      registers,
    });
    this.#rows = new Counter({ name: 'redquery_rows_total', help: 'Rows sent to clients.', registers });
    this.#keysScanned = new Counter({ name: 'redquery_redis_keys_scanned_total', help: 'Keys looked at in Redis.', registers });
    this.#roundTrips = new Counter({ name: 'redquery_redis_round_trips_total', help: 'Round trips to Redis.', registers });
    this.#bytesReceived = new Counter({ name: 'redquery_redis_received_bytes_total', help: 'Bytes that Redis sent.', registers });
    this.#authentications = new Counter({
      name: 'redquery_authentications_total',
      help: 'Attempts to log in that ended, by method and outcome.',
      labelNames: ['method', 'outcome'],
      registers,
    });
    this.#watch(sources);
    collectDefaultMetrics({ register: this.#registry });
  }

  statement(report: StatementReport): void {
    const { route } = report;
    this.#statements.inc({ route, sqlstate_class: (report.sqlState ?? '00').slice(0, 2) });
    this.#seconds.observe({ route }, report.elapsedMs / 1000);
    this.#rows.inc(report.rowCount);
    this.#keysScanned.inc(report.keysScanned);
    this.#roundTrips.inc(report.roundTrips);
    this.#bytesReceived.inc(report.bytesReceived);
  }

  authentication({ method, isGranted }: AuthenticationReport): void {
    this.#authentications.inc({ method, outcome: isGranted ? 'granted' : 'refused' });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#registry.clear();
  }

  #watch(sources: MetricSources): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'redquery_sessions',
      help: 'Sessions by state.',
      labelNames: ['state'],
      registers,
      collect() {
        const now = sources.sessions();
        for (const state of STATES) this.set({ state }, now.filter((session) => session.state === state).length);
      },
    });
    const counter = (name: string, help: string, value: (of: ServerCounters) => number): void => {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value(sources.counters()));
        },
      });
    };
    counter('redquery_connections_total', 'Connections that became sessions.', (of) => of.connections);
    counter('redquery_connections_refused_total', 'Connections that did not.', (of) => of.connectionsRefused);
    counter('redquery_sent_bytes_total', 'Bytes sent to clients.', (of) => of.bytesSent);
    counter('redquery_catalog_restarts_total', 'Times that the catalog was started again.', (of) => of.catalogRestarts);
  }
}
