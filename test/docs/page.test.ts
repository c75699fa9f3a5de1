import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParserOptions } from 'prettier';
import { parsers } from 'prettier/plugins/markdown';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RUNTIME_LINE } from '../../src/compile/script.ts';
import { markdownPage } from '../../src/docs/markdown-page.ts';
import { htmlPage } from '../../src/docs/html/page.ts';
import { transcriptProblems } from '../../src/docs/transcript.ts';
import { expectGolden } from '../support/golden.ts';
import { hostile, HOSTILE, learning, shop, viewOf } from './fixture.ts';

test('the page of a procedure', async () => {
  expectGolden('docs/shop.approved.txt', markdownPage(await viewOf(shop)));
});

test('the page of a procedure with hostile texts', async () => {
  expectGolden('docs/hostile.approved.txt', markdownPage(await viewOf(hostile)));
});

test('the same procedure gives the same bytes', async () => {
  const [one, two] = [await viewOf(shop), await viewOf(shop)];
  expect(markdownPage(one)).toBe(markdownPage(two));
  expect(htmlPage(one)).toBe(htmlPage(two));
});

test("the scripts' own part is folded in it, with each step, and leads to the files", async () => {
  const view = await viewOf(shop);
  const page = markdownPage(view);
  for (const { file, script, steps } of view.parts) {
    const [own = '', runtime = ''] = script.split(RUNTIME_LINE);
    expect(page).toContain(`<summary>${file}</summary>\n\n\`\`\`bash\n${own.trimEnd()}\n\`\`\``);
    expect(page).toContain(`[\`${file}\`](${file})`);
    for (const { bash } of steps) expect(own).toContain(bash);
    expect(runtime).toContain('perform() {');
  }
  expect(page).not.toContain('perform() {');
});

test.each([
  ['parameters', shop],
  ['what is learnt on the way', learning],
])('the plan is what the script lists: %s', async (_, input) => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const { file, script, plan } of (await viewOf(input)).parts) {
    writeFileSync(join(folder, file), script);
    const { stdout, stderr } = spawnSync('bash', [join(folder, file), '--list'], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: `${plan}\n`, stderr: '' });
  }
});

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

function allOf(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(allOf)];
}

test('hostile texts bring no markup into the Markdown, and none is lost', async () => {
  const page = markdownPage(await viewOf(hostile));
  const nodes = allOf((await parsers.markdown.parse(page, {} as ParserOptions)) as Node);
  const html = nodes.filter(({ type }) => type === 'html').map(({ value }) => value);
  const note = '<!-- Made by stepwright from procedure hostile: change that, not this file. -->';
  expect(html).toEqual([note, '<details>\n<summary>upgrade.sh</summary>', '</details>']);
  expect(nodes.filter(({ type }) => ['image', 'emphasis', 'linkReference'].includes(type))).toEqual(
    [],
  );
  // A bare address is a link to what it says.
  const links = nodes.filter(({ type }) => type === 'link');
  expect(links.filter(({ url, children }) => children?.[0]?.value !== url)).toEqual([]);
  // Its own: the title, ten chapters, and two of them with a part each.
  expect(nodes.filter(({ type }) => type === 'heading')).toHaveLength(13);
  expect(page).toContain(escapedOnce(HOSTILE));
});

/** The beginning of the text as the page has it. */
function escapedOnce(text: string): string {
  return text.slice(0, 8).replace(/[<>]/g, '\\$&');
}

test('a copied run stands in the place of the plan', async () => {
  const page = markdownPage(await viewOf(shop, 'root@server:~# bash pre-reboot.sh\n[1/7] ok  x\n'));
  expect(page).toContain('```console\nroot@server:~# bash pre-reboot.sh\n[1/7] ok  x\n```');
  expect(page.includes('.sh --list\n')).toBe(false);
});

function line(id: string, index: number): string {
  return `[${index + 1}/9] changed  ${id}  it is so  (1 s)`;
}

describe('a copied run', () => {
  test('that tells of every step is one of the procedure', async () => {
    const { procedure } = await viewOf(shop);
    const text = procedure.steps.map(({ id }, index) => line(id, index)).join('\n');
    expect(transcriptProblems('t', procedure, text)).toEqual([]);
  });

  test('of other steps is none', async () => {
    const { procedure } = await viewOf(shop);
    const ids = procedure.steps.map(({ id }) => id.replace('stock-saved', 'stock-counted'));
    const problems = transcriptProblems('t', procedure, ids.map(line).join('\n'));
    expect(problems.map(({ what }) => what)).toEqual([
      'it tells of steps that are no more: stock-counted',
      'it does not tell of these steps: stock-saved',
    ]);
  });
});

describe('the HTML page', () => {
  test('has no markup of hostile texts, and fetches nothing', async () => {
    const page = htmlPage(await viewOf(hostile));
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<(img|iframe|object|link|style)\b[^>]*>/g)).toEqual([
      '<link rel="icon" href="data:," />',
      '<style>',
    ]);
    const tags = page.match(/<[a-z][^>]*>/g) ?? [];
    const names = tags.flatMap(
      (tag) => tag.replaceAll(/"[^"]*"/g, '""').match(/[\w-]+(?==)/g) ?? [],
    );
    expect(names.filter((name) => /^(src|srcset|style|action|on.*)$/.test(name))).toEqual([]);
    expect(page.match(/<a [^>]*href="[^#]/g)).toBeNull();
  });

  test('its policy names its own style and script, and no other', async () => {
    const page = htmlPage(await viewOf(shop));
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]{43}=&#39;; script-src &#39;sha256-[\w+/]{43}=&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;$/,
    );
  });

  test('its own files hold nothing that would end them early', () => {
    const folder = new URL('../../src/docs/assets/', import.meta.url);
    for (const name of readdirSync(folder)) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      expect(text, name).not.toMatch(/<\/|<!--/);
    }
  });
});
