/**
 * What the client suites connect to: `redquery serve` over a Redis of its own, or, with REDQUERY_CLIENTS_TARGET=postgres, a real
 * PostgreSQL with equal tables, which proves the suites themselves.
 */
import { startRedis } from '../../../scripts/redis/start-redis.ts';
import { startPostgres } from '../../../scripts/wire/start-postgres.ts';
import { startServe } from '../../../scripts/wire/start-serve.ts';
import { copyText, customers, fillRedis, orders, TABLES, VIEWS } from './shop.ts';

export const IS_POSTGRES = process.env['REDQUERY_CLIENTS_TARGET'] === 'postgres';

/** The target asks for it by SCRAM; a PostgreSQL of ours lets everybody in. */
export const PASSWORD = 'secret';

export interface Target extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** `postgres://user:password@…` */
  readonly url: string;
  /** The process that accepts. */
  readonly pid: number;
  /** PGHOST, PGPORT, … as libpq and most drivers read them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts what the environment asks for, with the shop's data in it. */
export async function startTarget(): Promise<Target> {
  if (IS_POSTGRES) {
    const postgres = await startPostgres();
    postgres.psql(TABLES);
    postgres.psql('COPY orders FROM STDIN', copyText(orders()));
    postgres.psql('COPY customers FROM STDIN', copyText(customers()));
    postgres.psql('ANALYZE');
    return targetOf(postgres.port, 0, () => postgres.stop());
  }
  const redis = await startRedis({ modules: false });
  try {
    await fillRedis(redis.port);
    const server = await startServe(redis.url, { views: VIEWS, users: { redquery: PASSWORD } });
    return targetOf(server.port, server.pid, async () => {
      await server.stop();
      await redis.stop();
    });
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

function targetOf(port: number, pid: number, stop: () => Promise<void>): Target {
  const [host, user, database] = ['127.0.0.1', 'redquery', 'redis'];
  return {
    ...{ host, port, user, database, pid, stop },
    url: `postgres://${user}:${PASSWORD}@${host}:${port}/${database}`,
    environment: {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGDATABASE: database,
      PGPASSWORD: PASSWORD,
      PGSSLMODE: 'disable',
    },
    [Symbol.asyncDispose]: stop,
  };
}
