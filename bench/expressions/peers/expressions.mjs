// The formulas of bench/expressions/expressions.cc in other engines, one row of facts at a time:
// node expressions.mjs [SECONDS]. Prints "engine;what;evaluations a second" a line.
import { ZenEngine, ZenDecisionContent } from '@gorules/zen-engine';
import { evaluate, unaryTest } from 'feelin';

const seconds = Number(process.argv[2] ?? 1);
const grades = ['优秀', '称职', '基本称职', '不称职'];
const facts = Array.from({ length: 1024 }, (_, i) => ({
  年龄: 22 + (i % 39),
  积分: (6000 + ((i * 7919) % 4001)) / 100,
  等次: grades[(i * 31) % 4],
  工龄: (i * 13) % 40,
}));

async function rate(engine, what, one) {
  for (const fact of facts.slice(0, 64)) await one(fact);
  const start = performance.now();
  let count = 0;
  do {
    for (const fact of facts.slice(0, 256)) await one(fact);
    count += 256;
  } while (performance.now() - start < seconds * 1000);
  console.log(`${engine};${what};${Math.round(count / ((performance.now() - start) / 1000))}`);
}

const formulas = {
  comparison: ['年龄 >= 35', 'age >= 35'],
  condition: [
    '年龄 >= 35 and 等次 in ("优秀", "称职") and 工龄 >= 10',
    "age >= 35 and grade in ['优秀', '称职'] and years >= 10",
  ],
  arithmetic: [
    'if 等次 = "优秀" then 积分 * 1.2 + 工龄 else 积分 - 5',
    "grade == '优秀' ? points * 1.2 + years : points - 5",
  ],
};
const plainNames = (fact) => ({
  age: fact.年龄,
  points: fact.积分,
  grade: fact.等次,
  years: fact.工龄,
});

for (const [what, [feel]] of Object.entries(formulas)) {
  await rate('feelin', what, (fact) => evaluate(feel, fact));
}

const points = ['< 65', '[65..75)', '[75..85)', '[85..95)', '>= 95'];
const rules = grades.flatMap((grade, g) =>
  points.map((range, p) => ({ grade, range, output: g * 5 + p })));
await rate('feelin', 'table of 20 rules', (fact) => {
  let found = null;
  for (const rule of rules) {
    if (unaryTest(`"${rule.grade}"`, { '?': fact.等次 }).value !== true) continue;
    if (unaryTest(rule.range, { '?': fact.积分 }).value === true) found = rule.output;
  }
  return found;
});

const zen = new ZenEngine();
const place = { x: 0, y: 0 };
const edges = [
  { id: 'a', sourceId: 'in', targetId: 'node', type: 'edge' },
  { id: 'b', sourceId: 'node', targetId: 'out', type: 'edge' },
];
const decision = (node) =>
  zen.createDecision(new ZenDecisionContent({
    contentType: 'application/vnd.gorules.decision',
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode', position: place, content: {} },
      { id: 'node', name: 'node', position: place, ...node },
      { id: 'out', name: 'out', type: 'outputNode', position: place, content: {} },
    ],
    edges,
  }));
for (const [what, [, text]] of Object.entries(formulas)) {
  const formula = decision({
    type: 'expressionNode',
    content: { expressions: [{ id: 'e', key: 'result', value: text }] },
  });
  await rate('zen-engine', what, (fact) => formula.evaluate(plainNames(fact)));
}
const ranges = ['< 65', '[65..75)', '[75..85)', '[85..95)', '>= 95'];
const table = decision({
  type: 'decisionTableNode',
  content: {
    hitPolicy: 'first',
    inputs: [
      { id: 'g', name: 'grade', type: 'expression', field: 'grade' },
      { id: 'p', name: 'points', type: 'expression', field: 'points' },
      { id: 'y', name: 'years', type: 'expression', field: 'years' },
    ],
    outputs: [{ id: 'o', name: 'result', type: 'expression', field: 'result' }],
    rules: grades.flatMap((grade, g) =>
      ranges.map((range, p) => ({
        _id: `r${g}${p}`, g: `"${grade}"`, p: range, y: '', o: String(g * 5 + p),
      }))),
  },
});
await rate('zen-engine', 'table of 20 rules', (fact) => table.evaluate(plainNames(fact)));
