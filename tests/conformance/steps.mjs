// Plays steps.jsonl (its head says what a step is) through the official JavaScript SDK:
//   node steps.mjs PACKAGE     where PACKAGE is the Connect client to use
// Prints what came of it; exit status 0 when everything did as the steps say.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const here = path.dirname(fileURLToPath(import.meta.url));
const instance = '3f1c0000-0000-4000-8000-000000000001';
const read = (...parts) => readFileSync(path.join(here, ...parts), 'utf8');

class Missing extends Error {}

function variables() {
  const known = {
    instance,
    instance_arn: `arn:aws:connect:ap-northeast-1:111122223333:instance/${instance}`,
  };
  for (const file of readdirSync(path.join(here, 'contents'))) {
    known[file.replace(/\.json$/, '')] = read('contents', file);
  }
  return known;
}

function expand(value, known) {
  if (Array.isArray(value)) return value.map((item) => expand(item, known));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, known)]));
  }
  if (typeof value !== 'string') return value;
  return value.replace(/\$\{(\w+)\}/g, (_, name) => {
    if (!(name in known)) throw new Missing(name);
    return expand(known[name], known);
  });
}

function at(answer, where) {
  return where.match(/[^.[\]]+/g).reduce((value, part) => value?.[part], answer);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const covers = (item, members) => Object.entries(members).every(([name, value]) => same(item[name], value));

function check(step, answer, known, newest) {
  const wrong = [];
  for (const [where, value] of Object.entries(expand(step.see ?? {}, known))) {
    const found = at(answer, where);
    // An older client drops members that it does not know.
    if (!same(found, value) && (newest || found !== undefined)) {
      wrong.push(`${where} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}`);
    }
  }
  for (const [where, members] of Object.entries(expand(step.has ?? {}, known))) {
    if (!(at(answer, where) ?? []).some((item) => covers(item, members))) {
      wrong.push(`no item of ${where} has ${JSON.stringify(members)}: ${JSON.stringify(at(answer, where))?.slice(0, 2000)}`);
    }
  }
  for (const [where, members] of Object.entries(expand(step.lacks ?? {}, known))) {
    if ((at(answer, where) ?? []).some((item) => covers(item, members))) {
      wrong.push(`an item of ${where} has ${JSON.stringify(members)}`);
    }
  }
  return wrong;
}

function checkRefusal(step, error, sdk) {
  if (error.name !== step.fails) return [`refused with ${error.name}: ${error.message} ${JSON.stringify(error.problems ?? error.Problems ?? '')}`];
  const type = sdk[error.name];
  if (!type || !(error instanceof type)) return [`${error.name} is no typed exception`];
  if (!error.$metadata.requestId) return [`${error.name} has no request id`];
  const texts = (error.problems ?? error.Problems ?? []).map((problem) => problem.message);
  return (step.problems ?? []).filter((text) => !texts.includes(text)).map((text) => `${text} is not in ${JSON.stringify(texts)}`);
}

async function main() {
  const name = process.argv[2] ?? '@aws-sdk/client-connect';
  const newest = name.endsWith('-newest');
  const sdks = { connect: await import(name), lex: await import('@aws-sdk/client-lex-models-v2') };
  const options = { endpoint: process.env.AWS_ENDPOINT_URL, maxAttempts: 1 };
  const clients = { connect: new sdks.connect.ConnectClient(options), lex: new sdks.lex.LexModelsV2Client(options) };
  const known = variables();
  const called = new Set();
  const unknown = new Set();
  const failures = [];
  for (const [index, line] of read('steps.jsonl').split('\n').entries()) {
    if (!line.trim() || line.startsWith('#')) continue;
    const step = JSON.parse(line);
    const service = step.service ?? 'connect';
    const label = `${service} ${step.call}`;
    const Command = sdks[service][`${step.call}Command`];
    let wrong = [];
    try {
      if (!Command || unknown.has(`${service} ${step.after}`)) throw new Missing(step.call);
      const input = expand(step.with ?? {}, known);
      if (!step.bare) input.InstanceId ??= instance;
      const answer = await clients[service].send(new Command(input));
      called.add(label);
      wrong = 'fails' in step ? [`not refused with ${step.fails}`] : check(step, answer, known, newest);
      for (const [kept, where] of Object.entries(step.keep ?? {})) {
        if (at(answer, where) === undefined) wrong.push(`the answer has no ${where}: ${JSON.stringify(answer)}`);
        else known[kept] = at(answer, where);
      }
    } catch (error) {
      if (error instanceof Missing) {
        unknown.add(label);
        continue;
      }
      wrong = checkRefusal(step, error, sdks[service]);
      if (wrong.length === 0 && step.call === 'DescribeInstanceStorageConfig') called.add(label);  // It has nothing to describe.
    }
    failures.push(...wrong.map((text) => `steps.jsonl:${index + 1}: ${step.call}: ${text}`));
  }
  failures.forEach((text) => console.log(text));
  const lex = Object.keys(JSON.parse(read('..', '..', 'data', 'lex-service.json')).operations);
  const all = [...read('..', '..', 'data', 'connect-operations.txt').split('\n').filter(Boolean).map((op) => `connect ${op}`),
    ...lex.map((op) => `lex ${op}`)];
  const left = all.filter((op) => !called.has(op) && !unknown.has(op));
  if (left.length) console.log(`never called with success: ${left.join(', ')}`);
  console.log(`${name}: ${called.size} operations called, ${unknown.size} unknown to it, ${failures.length} failures`);
  if (newest && unknown.size) console.log(`unknown to the newest client: ${[...unknown].join(', ')}`);
  process.exitCode = failures.length || left.length || (newest && unknown.size) ? 1 : 0;
}

await main();
