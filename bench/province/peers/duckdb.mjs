// Measures the rules in DuckDB on a province's CSV files:
//
//   node duckdb.mjs FOLDER [--threads N] [--runs N] [--sql FILE]... [--statements]
//
// The tables are loaded into memory first, and nothing of that is timed; the first evaluation of
// each file is not either. Several files take turns; they are printed from the fastest on, then what
// they found, which must be the same. --statements: how long each statement took, for tuning.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    sql: { type: 'string', multiple: true, default: [join(import.meta.dirname, 'duckdb.sql')] },
    statements: { type: 'boolean', default: false },
  },
});
const folder = positionals[0];

const instance = await DuckDBInstance.create(':memory:', { threads: options.threads });
const connection = await instance.connect();

const statementsOf = (text) => text.split(/;\s*$/m).filter((statement) => statement.trim());
const readSql = (file) => statementsOf(readFileSync(file, 'utf8'));

async function evaluate(statements) {
  const times = [];
  for (const statement of statements) {
    const start = performance.now();
    await connection.run(statement);
    times.push(performance.now() - start);
  }
  return times;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

// A line of JSON as the reference prints it.
async function check() {
  const bits = Array.from({ length: 11 }, (_, bit) =>
    `count(*) filter (where mask & ${1 << bit} <> 0)::integer as b${bit}`);
  const masks = await connection.runAndReadAll(`select count(*)::integer as n, ${bits},
    sum(mask * (person_id % 1000003))::varchar as s1 from result`);
  const rows = await connection.runAndReadAll(`select count(*)::integer as ev,
    sum((person_id % 1000003) * (rule * 10000 + year))::varchar as s2 from evidence`);
  return JSON.stringify({ ...masks.getRowObjectsJson()[0], ...rows.getRowObjectsJson()[0] });
}

async function drop() {
  const made = await connection.runAndReadAll(`select view_name as name, 'view' as kind
    from duckdb_views() where temporary and not internal union all
    select table_name, 'table' from duckdb_tables() where temporary`);
  for (const { name, kind } of made.getRowObjectsJson()) {
    await connection.run(`drop ${kind} if exists temp.${name}`);
  }
}

for (const statement of readSql(join(import.meta.dirname, 'duckdb_load.sql'))) {
  await connection.run(statement.replaceAll('{folder}', folder.replaceAll("'", "''")));
}

const measured = options.sql.map((file) => ({ file, statements: readSql(file), runs: [] }));
for (let run = -1; run < Number(options.runs); ++run) {
  for (const each of measured) {
    const times = await evaluate(each.statements);
    if (run >= 0) each.runs.push(times);
    each.checks = await check();
    await drop();
  }
}

for (const { file, statements, runs } of options.statements ? measured : []) {
  console.log(basename(file));
  statements.forEach((statement, i) => console.log(median(runs.map((run) => run[i])).toFixed(0),
    statement.trim().split('\n').find((line) => !line.startsWith('--'))));
}
for (const each of measured) each.times = each.runs.map(sum);
measured.sort((a, b) => median(a.times) - median(b.times));
for (const { file, times } of measured) {
  console.log(`duckdb threads=${options.threads} warm_ms=${median(times).toFixed(1)}`,
    `low_ms=${Math.min(...times).toFixed(1)} high_ms=${Math.max(...times).toFixed(1)}`,
    `sql=${basename(file)}`);
}
console.log(measured[0].checks);
if (measured.some(({ checks }) => checks !== measured[0].checks)) {
  console.error('duckdb.mjs: the files do not find the same');
  process.exit(1);
}
