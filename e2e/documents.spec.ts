/**
 * The documents for machines: what each one's own ecosystem makes of it. AsyncAPI's parser reads every channel,
 * every sample is held against its schema; the collection is what its schema says, and Postman's runner sends every
 * request of it.
 */
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import { createRequire } from 'node:module';
import newman, { type NewmanRunSummary } from 'newman';
import type { ConfabServer } from './support/server';
import { expect, test } from './support/test';

const GRAVE = 1;

// A CommonJS package whose names an `import` does not find.
const { PostmanValidator } = createRequire(import.meta.url)('@har-sdk/validator') as typeof import('@har-sdk/validator');

// Every listener is on, so that every channel is in the documents.
test.use({ flags: ['--line-listen', '127.0.0.1:0', '--tmp-listen', '127.0.0.1:0'] });

test('AsyncAPI\'s own parser takes the document of every dialect, as JSON and as YAML', async ({ server }) => {
  for (const path of ['/api/asyncapi.json', '/api/asyncapi.yaml']) {
    const { document, diagnostics } = await new Parser().parse(await text(server, path));
    const wrong = diagnostics.filter((diagnostic) => diagnostic.severity <= GRAVE);
    expect(wrong.map(({ path: at, message }) => `${at.join('.')}: ${message}`), path).toEqual([]);
    const addresses = document!.channels().all().map((channel) => channel.address());
    expect(addresses).toEqual(
      expect.arrayContaining(['/api/ws', '/ws/{username}', '/chat/public', '/chat/private', '/tmp', '/randomchat', '/']),
    );
    expect(document!.servers().get('main')!.url()).toContain(new URL(server.url).host);
    const protocols = document!.servers().all().map((each) => `${each.id()} ${each.protocol()}`);
    expect(protocols.sort()).toEqual(['line tcp', 'main ws', 'tmp ws']);
    const reached = document!.channels().all().flatMap((channel) => channel.servers().all().map((each) => each.id()));
    expect([...new Set(reached)].sort()).toEqual(['line', 'main', 'tmp']);
  }
});

test('every sample in the AsyncAPI document is what its schema says', async ({ server }) => {
  const { document } = await new Parser().parse(await text(server, '/api/asyncapi.json'));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const wrong: string[] = [];
  let samples = 0;
  for (const message of document!.components().messages().all()) {
    const fits = ajv.compile(message.payload()!.json() as object);
    for (const example of message.examples().all()) {
      samples += 1;
      if (!fits(example.payload())) wrong.push(`${message.id()}: ${ajv.errorsText(fits.errors)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(samples).toBeGreaterThan(60);
});

test('the OpenAPI document is a valid one of version 3.1', async ({ server }) => {
  const validator = new Validator();
  const result = await validator.validate(JSON.parse(await text(server, '/api/openapi.json')));
  expect(result.errors ?? []).toEqual([]);
  expect(validator.version).toBe('3.1');
});

test('the Postman collection is what the schema of version 2.1 says', async ({ server }) => {
  const validator = new PostmanValidator();
  const collection = JSON.parse(await text(server, '/postman.json'));
  expect(await validator.verify(collection)).toEqual([]);
  expect(await validator.verify({ ...collection, item: [{ request: { method: 7 } }] })).not.toEqual([]);
});

test('Postman\'s own runner imports the collection and every request in it is answered', async ({ server }) => {
  const collection = JSON.parse(await text(server, '/postman.json'));
  expect(collection.info.schema).toBe('https://schema.getpostman.com/json/collection/v2.1.0/collection.json');
  expect(collection.info.description).toContain(`ws://${new URL(server.url).host}/ws/`);
  const { run } = await played(collection);
  expect(run.failures.map(({ source, error }) => `${source?.name}: ${error.message}`)).toEqual([]);
  const answers = run.executions.map(({ item, response }) => `${item.name}: ${response.code}`);
  const answered = (code: number) => answers.filter((answer) => answer.endsWith(`: ${code}`));
  expect(answered(200).length).toBeGreaterThanOrEqual(13);
  // What belongs to somebody asks who it is, and the secret in the sample is nobody's.
  expect(answered(401).length).toBeGreaterThan(0);
  expect(answers.filter((answer) => !/: (200|401)$/.test(answer))).toEqual(['Says something by an incoming webhook: 404']);
});

async function text(server: ConfabServer, path: string): Promise<string> {
  const answer = await fetch(server.url + path);
  expect(answer.status, path).toBe(200);
  return answer.text();
}

function played(collection: object): Promise<NewmanRunSummary> {
  return new Promise((done, failed) => {
    newman.run({ collection, reporters: [] }, (error, summary) => (error ? failed(error) : done(summary)));
  });
}
