/** The table that a team shares its feedback in: appended to with a user of its own, read by everybody, checked row by row. The rows are kept here. */
import assert from 'node:assert/strict';
import type { EndpointRules, StoreEndpoint } from './store-endpoint.ts';
import { TestWorkspace } from '../command-line.ts';

interface TeamInTest {
  readonly url: () => string;
  readonly endpoint: () => StoreEndpoint;
  readonly user: string;
  readonly password: string;
}

const WRITER = { user: 'goldset_writer', password: 'w:r&te%r' };

export const teamTable = ({ url, endpoint, user, password }: TeamInTest): void => {
  describe('with a table of feedback', () => {
    let rows: string[] = [];
    let ana: TestWorkspace | null = null;
    let ben: TestWorkspace | null = null;
    const member = (person: string): TestWorkspace => {
      const source = `{ clickhouse: "${url()}", database: gs_map, user: ${user}, passwordEnv: CH_PASSWORD, feedback: { user: ${WRITER.user}, passwordEnv: CH_WRITER } }`;
      const work = new TestWorkspace({
        'goldset.yaml': `sources:\n  prod: ${source}\n`,
        'answer.prompt': '---\nmodel: scripted:m\n---\n{{passages}} {{question}}',
      });
      work.git('init', '-q');
      work.git('config', 'user.name', person);
      return work;
    };
    before(() => {
      [ana, ben] = [member('Ana'), member('Ben')];
    });
    after(() => {
      ana?.dispose();
      ben?.dispose();
    });
    beforeEach(() => {
      const rules: EndpointRules = {
        ...{ user, password, writer: WRITER },
        insert: (more) => rows.push(...more),
        disturb: ({ sql, params }, response) => {
          if (params['table'] !== 'goldset_feedback') return Promise.resolve(false);
          const names = ['time', 'kind', 'interaction', 'by', 'record'];
          const lines = /system\.columns/.test(sql)
            ? names.map((name) => ({ name }))
            : rows.map((row) => JSON.parse(row) as Record<string, string>).map(({ kind, record }) => ({ g_kind: kind, g_record: record }));
          response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
          return Promise.resolve(true);
        },
      };
      endpoint().rules = rules;
    });
    const run = (work: TestWorkspace | null, args: readonly string[], allowed = true): ReturnType<TestWorkspace['run']> => {
      assert.ok(work !== null);
      const pairs = [`CH_PASSWORD@${url()}`, ...(allowed ? [`CH_WRITER@${url()}`] : [])];
      return work.run([...args, '--source', 'prod', ...pairs.flatMap((pair) => ['--allow-origin', pair])], {
        environment: { CH_PASSWORD: password, CH_WRITER: WRITER.password },
      });
    };
    const FILTER = 'signal=thumbs-down,from=2026-11-20,to=2026-11-22';
    const listed = async (work: TestWorkspace | null, filter: string): Promise<{ id: string; state: string }[]> => {
      const { out, err, code } = await run(work, ['interactions', filter, '--json']);
      assert.equal(code, 0, err);
      return (JSON.parse(out) as { interactions: { id: string; state: string }[] }).interactions;
    };

    it('shares what one person decided, once, and only with consent for the password of the writer', async () => {
      const id = (await listed(ana, FILTER))[0]?.id ?? '';
      const added = await run(ana, ['golden', 'add', '--from', `id=${id},from=2026-11-01`, '--no-replay', '--yes']);
      assert.equal(added.code, 0, added.err);
      const refused = await run(ana, ['data', 'share'], false);
      assert.equal(refused.code, 2, refused.err);
      assert.match(refused.err, /CH_WRITER@/);
      assert.match((await run(ana, ['data', 'share', '--dry-run'])).out, /^1 decision, correction or label would be appended/);
      assert.equal(rows.length, 0);
      const shared = await run(ana, ['data', 'share']);
      assert.equal(shared.code, 0, shared.err);
      assert.match(shared.out, /^1 decision, correction or label appended to gs_map\.goldset_feedback of prod\.$/m);
      assert.deepEqual(endpoint().inserted, [
        'gs_map: INSERT INTO goldset_feedback (time, kind, interaction, by, record) FORMAT JSONEachRow',
      ]);
      const { record, by, interaction } = JSON.parse(rows[0] ?? '') as Record<string, string>;
      assert.deepEqual([by, interaction], ['Ana', id]);
      assert.deepEqual((({ triage, of }) => ({ triage, of }))(JSON.parse(record ?? '') as { triage: string; of: object }), {
        triage: 'case',
        of: { interaction: id },
      });
      assert.match((await run(ana, ['data', 'share'])).out, /^0 decisions/);
      assert.ok(!`${shared.out}${shared.err}${refused.err}`.includes(WRITER.password));
      // The other person sees it, and what is no decision counts nowhere.
      rows.push(
        JSON.stringify({ kind: 'decision', record: '{"of":{"interaction":"x"},"triage":"nonsense"}' }),
        JSON.stringify({ kind: 'decision', record: 'x' }),
      );
      assert.deepEqual(
        (await listed(ben, `case,${FILTER}`)).map((call) => call.id),
        [id],
      );
      assert.ok(!(await listed(ben, FILTER)).some((call) => call.id === id));
    });
    it('says what is missing where the store does not take it', async () => {
      rows = [];
      endpoint().rules = { ...endpoint().rules, writer: { ...WRITER, password: 'another' } };
      const { code, err } = await run(ana, ['data', 'share']);
      assert.equal(code, 2, err);
      assert.match(err, /did not take the feedback of goldset_writer: .*Not enough privileges/);
      assert.match(err, /docs\/feedback\.md/);
    });
  });
};
