// What the official JavaScript SDK does by itself, against the simulator: paging, typed exceptions in every form that
// errors come in, repeating after throttling and faults.
//   node sdk_behaviour.mjs PACKAGE
import assert from 'node:assert/strict';

const name = process.argv[2] ?? '@aws-sdk/client-connect';
const sdk = await import(name);
const origin = process.env.AWS_ENDPOINT_URL;
const instance = process.env.CONFORMANCE_INSTANCE;  // in AWS_REGION, with stock only
const client = (options = {}) => new sdk.ConnectClient({ endpoint: origin, ...options });

async function admin(path, body) {
  const answer = await fetch(`${origin}/_simulator/${path}`, body && { method: 'POST', body: JSON.stringify(body) });
  const json = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(json));
  return json;
}
const switches = (values) => admin('switches', values);

const content = JSON.stringify({
  Version: '2019-10-30', StartAction: 'end', Metadata: {},
  Actions: [{ Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} }],
});

async function collect(paginator, list) {
  const items = [];
  for await (const page of paginator) items.push(...(page[list] ?? []));
  return items;
}

const tests = {
  async 'pages of every size hold all flows once'() {
    const connect = client();
    const names = [];
    for (let i = 0; i < 45; i += 1) {
      names.push(`頁 ${i}`);
      await connect.send(new sdk.CreateContactFlowCommand({
        InstanceId: instance, Name: names[i], Type: 'CONTACT_FLOW', Content: content, Status: 'SAVED' }));
    }
    for (const pages of ['full', 'short', 'ragged']) {
      await switches({ pages });
      for (const pageSize of [undefined, 1, 7, 1000]) {
        const flows = await collect(sdk.paginateListContactFlows({ client: connect, pageSize }, { InstanceId: instance }),
          'ContactFlowSummaryList');
        const found = flows.map((flow) => flow.Name);
        assert.equal(new Set(found).size, found.length, `${pages} ${pageSize}: a flow came twice`);
        for (const flow of names) assert.ok(found.includes(flow), `${pages} ${pageSize}: ${flow} is missing`);
      }
      const prompts = await collect(sdk.paginateListPrompts({ client: connect, pageSize: 2 }, { InstanceId: instance }), 'PromptSummaryList');
      assert.equal(prompts.length, 7);
      const found = await collect(sdk.paginateSearchContactFlows({ client: connect, pageSize: 10 }, { InstanceId: instance }), 'ContactFlows');
      assert.equal(found.filter((flow) => names.includes(flow.Name)).length, names.length);
    }
    await switches({ pages: 'full' });
  },

  async 'a page size above the cap and a damaged token are refused'() {
    const connect = client();
    await assert.rejects(connect.send(new sdk.ListContactFlowsCommand({ InstanceId: instance, MaxResults: 1001 })),
      (error) => error instanceof sdk.InvalidParameterException || error instanceof sdk.InvalidRequestException);
    await assert.rejects(connect.send(new sdk.ListContactFlowsCommand({ InstanceId: instance, NextToken: 'bm9uc2Vuc2U=' })),
      (error) => error.$metadata.httpStatusCode === 400);
  },

  async 'exceptions are typed wherever the error code stands'() {
    const connect = client({ maxAttempts: 1 });
    for (const form of ['header', 'header-uri', 'header-namespace', 'body', 'body-namespace']) {
      for (const message of ['model', 'lower', 'none']) {
        await switches({ 'error-code': form, 'error-message': message });
        await assert.rejects(
          connect.send(new sdk.DescribeContactFlowCommand({ InstanceId: instance, ContactFlowId: '00000000-0000-4000-8000-00000000dead' })),
          (error) => error instanceof sdk.ResourceNotFoundException && error.$metadata.httpStatusCode === 404, `${form} ${message}`);
        await assert.rejects(
          connect.send(new sdk.CreateContactFlowCommand({ InstanceId: instance, Name: 'x', Type: 'CONTACT_FLOW', Content: '{}' })),
          (error) => error instanceof sdk.InvalidContactFlowException && error.problems.length > 0, `${form} ${message}`);
      }
    }
    await switches({ 'error-code': 'header', 'error-message': 'model' });
  },

  async 'a module that is refused says why'() {
    const bad = JSON.stringify({ ...JSON.parse(content), StartAction: 'nowhere', Settings: {} });
    await assert.rejects(client().send(new sdk.CreateContactFlowModuleCommand({ InstanceId: instance, Name: 'x', Content: bad })),
      (error) => error instanceof sdk.InvalidContactFlowModuleException && error.Problems.length > 0);
  },

  async 'denied and expired calls are errors by name'() {
    await switches({ deny: 'ListQueues' });
    await assert.rejects(client().send(new sdk.ListQueuesCommand({ InstanceId: instance })),
      (error) => error.name === 'AccessDeniedException' && error.$metadata.httpStatusCode === 403);
    await switches({ deny: '', credentials: 'expired' });
    await assert.rejects(client().send(new sdk.ListQueuesCommand({ InstanceId: instance })),
      (error) => error.name === 'ExpiredTokenException');
    await switches({ credentials: 'valid' });
  },

  async 'wrong keys are refused'() {
    const wrong = client({ credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' } });
    await assert.rejects(wrong.send(new sdk.ListInstancesCommand({})), (error) => error.$metadata.httpStatusCode === 403);
    const nobody = client({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'wrong' } });
    await assert.rejects(nobody.send(new sdk.ListInstancesCommand({})), (error) => error.$metadata.httpStatusCode === 403);
  },

  async 'session tokens are verified'() {
    const keys = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' };
    const region = 'ap-northeast-1';
    const good = client({ region, credentials: { ...keys, sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN==' } });
    const { InstanceSummaryList } = await good.send(new sdk.ListInstancesCommand({}));
    assert.deepEqual(InstanceSummaryList.map((item) => item.InstanceAlias), ['other-account']);
    await assert.rejects(client({ region, credentials: keys }).send(new sdk.ListInstancesCommand({})),
      (error) => error.$metadata.httpStatusCode === 403);
  },

  async 'another account or Region sees nothing of an instance'() {
    await assert.rejects(client({ region: 'ap-northeast-1' }).send(new sdk.DescribeInstanceCommand({ InstanceId: instance })),
      (error) => error instanceof sdk.ResourceNotFoundException);
  },
};

const faults = {
  async 'server errors, resets and HTML pages are repeated'() {
    const connect = client({ maxAttempts: 8 });
    for (const body of ['json', 'html', 'empty']) {
      await switches({ 'fault-body': body });
      await admin('faults', { error_500: 0.1, error_503: 0.1, reset_before: 0.05 });
      for (let i = 0; i < 20; i += 1) await connect.send(new sdk.ListInstancesCommand({}));
    }
    await admin('faults', {});
    await switches({ 'fault-body': 'json' });
    const log = await admin('log');
    assert.ok(Object.values(log.faults).reduce((a, b) => a + b, 0) > 5, JSON.stringify(log.faults));
  },
};

const throttled = {
  async 'throttled calls are repeated until they succeed'() {
    for (const code of ['TooManyRequestsException', 'ThrottlingException']) {
      await switches({ 'throttle-code': code });
      const connect = client({ maxAttempts: 10 });
      await Promise.all(Array.from({ length: 25 }, () => connect.send(new sdk.ListContactFlowModulesCommand({ InstanceId: instance }))));
    }
    const log = await admin('log');
    assert.ok(log.throttled.ListContactFlowModules > 0, JSON.stringify(log.throttled));
  },

  async 'without repetition the throttled call is an error by name'() {
    const connect = client({ maxAttempts: 1 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 25 }, () => connect.send(new sdk.ListHoursOfOperationsCommand({ InstanceId: instance }))));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason);
    assert.ok(refused.length > 0);
    for (const error of refused) {
      assert.ok(['TooManyRequestsException', 'ThrottlingException'].includes(error.name), error.name);
      assert.equal(error.$metadata.httpStatusCode, 429);
    }
  },
};

let failed = 0;
for (const [title, run] of Object.entries({ tests, faults, throttled }[process.argv[3] ?? 'tests'])) {
  try {
    await run();
    console.log(`ok: ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${title}\n${error.stack}`);
  }
}
process.exitCode = failed ? 1 : 0;
