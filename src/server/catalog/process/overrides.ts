/**
 * What the catalog has in place of PostgreSQL's own functions and views: SQL that is run once, when the data directory is
 * baked. A session's facts come in as settings named redquery.…; what a function asks of the server goes out as a NOTICE
 * with a SQLSTATE of ours (read in catalog-query.ts).
 */

/** The bootstrap superuser; owns what is mirrored. A wire user of that name runs as `FALLBACK_ROLE`. */
export const OWNER_ROLE = 'redquery_owner';
/** Stands for wire users whose names cannot be names of roles. */
export const FALLBACK_ROLE = 'redquery_user';
export const DATABASE = 'redis';
/** PostgreSQL in PGlite 0.5.16; what the server says of itself, so that its catalog and its version agree. */
const SERVER_VERSION = '18.6';
/** What version() gives; the session says the same where it answers itself. */
const VERSION_TEXT = `PostgreSQL ${SERVER_VERSION} (redquery)`;

/** set_config() was called: the message is {name, value, isLocal} as JSON. */
export const SETTING_NOTICE = 'RQ001';
/** pg_cancel_backend() or pg_terminate_backend(): the message is {kind, processId} as JSON. */
export const SIGNAL_NOTICE = 'RQ002';

/** Runs as the first superuser of a fresh cluster, outside of the database: it cannot rename itself. */
export const ROLE_STATEMENTS: readonly string[] = [
  `create database ${DATABASE}`,
  'create role rename_owner superuser',
  'set session authorization rename_owner',
  `alter role postgres rename to ${OWNER_ROLE}`,
  `set session authorization ${OWNER_ROLE}`,
  'drop role rename_owner',
  `create role ${FALLBACK_ROLE}`,
];

/** Functions that are kept under another name, out of everybody's reach, so that a new one takes their place. */
const REPLACED = [
  'set_config(text,text,boolean)',
  'version()',
  'pg_backend_pid()',
  'inet_client_addr()',
  'inet_client_port()',
  'inet_server_addr()',
  'inet_server_port()',
  'pg_sleep(double precision)',
  'pg_sleep_for(interval)',
  'pg_sleep_until(timestamp with time zone)',
  'pg_cancel_backend(integer)',
  'pg_terminate_backend(integer,bigint)',
];

const replaced = REPLACED.map((signature) => {
  const name = signature.slice(0, signature.indexOf('('));
  const kept = `pg_catalog.builtin_${signature.replace(/^pg_/, '')}`;
  return `alter function pg_catalog.${signature} rename to builtin_${name.replace(/^pg_/, '')};
revoke execute on function ${kept} from public;`;
});

const refuseSleep = (signature: string) =>
  `create function pg_catalog.${signature} returns void language plpgsql volatile as $$ begin
  raise exception using errcode = '0A000', message = 'pg_sleep() runs only as a statement of its own'; end $$;`;

const sendSignal = (name: string, parameters: string, kind: string) =>
  `create function pg_catalog.${name}(${parameters}) returns boolean language plpgsql volatile
set client_min_messages = notice as $$
declare target name;
begin
  select usename into target from pg_catalog.pg_stat_activity a where a.pid = $1;
  if not found then
    raise warning using errcode = '01000', message = format('PID %s is not a PostgreSQL backend process', $1);
    return false;
  end if;
  if target <> session_user then
    raise exception using errcode = '42501', message = 'permission denied to ${kind} ${kind === 'cancel' ? 'query' : 'process'}',
      detail = 'Only roles of the same name may do this.';
  end if;
  raise notice using errcode = '${SIGNAL_NOTICE}', message = json_build_object('kind', '${kind}', 'processId', $1);
  return true;
end $$;`;

const ACTIVITY_COLUMNS = `pid int, usename text, application_name text, client_addr inet, client_port int, state text, query text,
  backend_start timestamptz, xact_start timestamptz, query_start timestamptz, is_tls bool`;

const activityRows = `jsonb_to_recordset(coalesce(nullif(current_setting('redquery.activity', true), ''), '[]')::jsonb) as a(${ACTIVITY_COLUMNS})`;

/** Runs in the database, as its owner. */
export const DATABASE_SQL = `
revoke temporary on database ${DATABASE} from public;
alter default privileges in schema public grant select, references on tables to public;
comment on schema public is 'keys of Redis as tables';
${replaced.join('\n')}
revoke update on pg_catalog.pg_settings from public;
-- A statement that names it may read it, without what its user may not see (mirror.ts).
revoke select on pg_catalog.pg_depend from public;

create function pg_catalog.set_config(setting_name text, new_value text, is_local boolean) returns text
language plpgsql volatile set client_min_messages = notice as $$ begin
  if lower(setting_name) in ('role', 'session_authorization') or lower(setting_name) like 'redquery.%' then
    raise exception using errcode = '42501', message = format('permission denied to set parameter "%s"', setting_name);
  end if;
  perform current_setting(setting_name, setting_name like '%.%');
  raise notice using errcode = '${SETTING_NOTICE}',
    message = json_build_object('name', lower(setting_name), 'value', coalesce(new_value, ''), 'isLocal', is_local);
  return coalesce(new_value, '');
end $$;

create function pg_catalog.redquery_apply(settings jsonb) returns void language plpgsql volatile as $$
declare one record;
begin
  for one in select key, value from jsonb_each_text(settings) loop
    begin
      perform builtin_set_config(one.key, one.value, true);
    exception when others then null;
    end;
  end loop;
end $$;
revoke execute on function pg_catalog.redquery_apply(jsonb) from public;

create function pg_catalog.version() returns text language sql stable parallel safe as $$ select '${VERSION_TEXT}'::text $$;
create function pg_catalog.pg_backend_pid() returns integer language sql stable
  as $$ select nullif(current_setting('redquery.pid', true), '')::integer $$;
create function pg_catalog.inet_client_addr() returns inet language sql stable
  as $$ select nullif(current_setting('redquery.client_addr', true), '')::inet $$;
create function pg_catalog.inet_client_port() returns integer language sql stable
  as $$ select nullif(current_setting('redquery.client_port', true), '')::integer $$;
create function pg_catalog.inet_server_addr() returns inet language sql stable
  as $$ select nullif(current_setting('redquery.server_addr', true), '')::inet $$;
create function pg_catalog.inet_server_port() returns integer language sql stable
  as $$ select nullif(current_setting('redquery.server_port', true), '')::integer $$;
${refuseSleep('pg_sleep(double precision)')}
${refuseSleep('pg_sleep_for(interval)')}
${refuseSleep('pg_sleep_until(timestamp with time zone)')}

create or replace view pg_catalog.pg_stat_activity as
select d.oid as datid, d.datname, a.pid, null::integer as leader_pid, r.oid as usesysid, coalesce(r.rolname, a.usename::name) as usename,
  a.application_name, a.client_addr, null::text as client_hostname, a.client_port,
  a.backend_start, a.xact_start, a.query_start, coalesce(a.query_start, a.backend_start) as state_change,
  case when a.state <> 'active' then 'Client' end::text as wait_event_type,
  case when a.state <> 'active' then 'ClientRead' end::text as wait_event,
  a.state, null::xid as backend_xid, null::xid as backend_xmin, null::bigint as query_id,
  case when a.usename = session_user then a.query else '<insufficient privilege>' end as query,
  case when a.state is not null then 'client backend' end::text as backend_type
from ${activityRows}
left join pg_catalog.pg_database d on d.datname = current_database()
left join pg_catalog.pg_authid r on r.rolname = a.usename;

create or replace view pg_catalog.pg_stat_ssl as
select a.pid, a.is_tls as ssl, case when a.is_tls then 'TLSv1.3' end::text as version, null::text as cipher, null::integer as bits,
  null::text as client_dn, null::numeric as client_serial, null::text as issuer_dn from ${activityRows};
create or replace view pg_catalog.pg_stat_gssapi as
select a.pid, false as gss_authenticated, null::text as principal, false as encrypted, false as credentials_delegated from ${activityRows};

${sendSignal('pg_cancel_backend', 'pid integer', 'cancel')}
${sendSignal('pg_terminate_backend', 'pid integer, timeout bigint default 0', 'terminate')}

-- Tools ask about it by its name; nobody connects to it, and lists of databases leave templates out.
update pg_database set datistemplate = true, datallowconn = false where datname = 'postgres';

do $$
declare one record;
begin
  -- Of use to the mirror alone.
  for one in select oid::regprocedure as f from pg_proc where proname like 'binary\\_upgrade\\_%' loop
    execute format('revoke execute on function %s from public', one.f);
  end loop;
  -- A lock of the session would outlive its statement, and there is one session for all: locks are granted, nothing is held.
  for one in select oid::regprocedure::text as f, prorettype::regtype::text as result, proname from pg_proc
    where proname ~ '^pg_(try_)?advisory_' and pronamespace = 'pg_catalog'::regnamespace loop
    execute format('alter function %s rename to %I', one.f, 'builtin_' || substr(one.proname, 4));
    execute format('revoke execute on function %s from public', 'builtin_' || substr(one.f, 4));
    execute format('create function pg_catalog.%s returns %s language sql volatile as %L', one.f, one.result,
      case when one.result = 'boolean' then 'select true' else 'select' end);
  end loop;
end $$;
`;

/** postgresql.conf: little memory, small files, bounded spilling. */
export const SERVER_SETTINGS: readonly string[] = [
  'shared_buffers=1MB',
  'max_connections=2',
  'min_wal_size=2MB',
  'max_wal_size=4MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
  'fsync=off',
  'work_mem=2MB',
  'temp_file_limit=64MB',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
];
