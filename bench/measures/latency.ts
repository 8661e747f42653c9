/**
 * LIMIT 10 and one key by `_key =` in a warm session, with declared and with inferred columns, against `SELECT 1` of the same
 * session plus the bare commands that the statement cannot do without (SCAN and ten HMGETs; one HMGET).
 */
import { Contender, numbersIn } from '../support/contender.ts';
import type { Bench, Measure } from '../support/measure.ts';
import { type Finding, found, type Measured, seriesOf } from '../support/results.ts';
import { median } from '../support/statistics.ts';

const WARM_UP_TURNS = 30;
const TURNS_A_RUN = 40;
const PROBES = [
  'selectOne',
  'limitTrips',
  'limitDeclared',
  'limitInferred',
  'pointTrips',
  'pointDeclared',
  'pointInferred',
  'planJoin',
] as const;
type Probe = (typeof PROBES)[number];

const NAMES: Readonly<Record<Probe, string>> = {
  selectOne: 'SELECT 1',
  limitTrips: 'bare SCAN COUNT 10, then 10 HMGETs',
  limitDeclared: 'LIMIT 10, declared',
  limitInferred: 'LIMIT 10, inferred',
  pointTrips: 'bare HMGET',
  pointDeclared: '_key =, declared',
  pointInferred: '_key =, inferred',
  planJoin: 'EXPLAIN of a filter and a join',
};

const LIMITS = [
  { kind: 'limit', title: 'LIMIT 10, warm', mustMs: 30, aimMs: 8, must: 6, aim: 3 },
  { kind: 'point', title: 'one key by _key =, p50', mustMs: 5, aimMs: 1.5, must: 3, aim: 1.5 },
] as const;

export const latency: Measure = { name: 'latency', needsUsers: true, isForManyRows: false, run };

async function run({ redis, rowCount, runCount, contenders }: Bench): Promise<Measured> {
  await using contender = await Contender.node('latency.ts', [redis.url, String(rowCount)], contenders);
  await contender.run('turns', { count: WARM_UP_TURNS });
  const answer = await contender.run('turns', { count: TURNS_A_RUN * runCount });
  const series = PROBES.map((probe) => seriesOf(NAMES[probe], 'ms', numbersIn(answer, probe)));
  const p50 = (probe: Probe): number => median(numbersIn(answer, probe));
  return { series, findings: findingsOf(p50) };
}

function findingsOf(p50: (probe: Probe) => number): Finding[] {
  const plan = { name: 'plan/join', title: 'planning a filter and a join, p50', unit: 'ms', must: 8, aim: 3 } as const;
  const findings: Finding[] = [found(plan, p50('planJoin'))];
  for (const { kind, title, mustMs, aimMs, must, aim } of LIMITS) {
    const leastMs = p50('selectOne') + p50(`${kind}Trips`);
    for (const columns of ['Declared', 'Inferred'] as const) {
      const reachedMs = p50(`${kind}${columns}`);
      const name = `${kind}-${columns.toLowerCase()}`;
      const label = `${title}, ${columns.toLowerCase()} columns`;
      findings.push(found({ name: `${name}/ms`, title: label, unit: 'ms', must: mustMs, aim: aimMs }, reachedMs));
      findings.push(
        found(
          { name: `${name}/least`, title: `${label}, against SELECT 1 + its round trips`, unit: '×', must, aim },
          reachedMs / leastMs,
        ),
      );
    }
  }
  return findings;
}
