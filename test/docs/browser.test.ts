import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { htmlPage } from '../../src/docs/html/page.ts';
import type { ProcedureInput } from '../../src/model/procedure.ts';
import { removeFolder } from '../support/remove.ts';
import { hostile, shop, viewOf } from './fixture.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const folder = mkdtempSync(join(tmpdir(), 'stepwright-browser-'));
let browser: Browser;

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

const pages = new Map<ProcedureInput, string>();

/** The page of a procedure as a file. */
async function fileOf(input: ProcedureInput): Promise<string> {
  const known = pages.get(input);
  if (known !== undefined) return known;
  const path = join(folder, `${input.id}.html`);
  writeFileSync(path, htmlPage(await viewOf(input)));
  pages.set(input, path);
  return path;
}

/** What a page does that it is never to do. */
interface Opened {
  readonly page: Page;
  readonly noise: readonly string[];
}

/** Opens the page of a procedure, and notes what it asks for and complains of. */
async function open(input: ProcedureInput, options: BrowserContextOptions = {}): Promise<Opened> {
  const url = pathToFileURL(await fileOf(input)).href;
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  onTestFinished(() => context.close());
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const noise: string[] = [];
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(error.message));
  page.on('dialog', (dialog) => noise.push(dialog.message()));
  page.on('request', (request) => {
    if (request.url() !== url && request.url() !== 'data:,') noise.push(request.url());
  });
  await page.goto(url);
  return { page, noise };
}

async function findings(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's policy does not bind.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const found = (await page.evaluate(
    'axe.run().then(({ violations }) => violations)',
  )) as Finding[];
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function clipboard(page: Page): Promise<string> {
  return (await page.evaluate('navigator.clipboard.readText()')) as string;
}

/** The commands that the form has written. */
async function commands(page: Page): Promise<string[]> {
  return page.locator('[data-command]').allTextContents();
}

afterAll(() => removeFolder(folder));

describe.skipIf(!existsSync(CHROMIUM))(`in a browser (needs ${CHROMIUM})`, () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  test('a step opens to its reason, its bash and its command, and closes again', async () => {
    const { page, noise } = await open(shop);
    const step = page.locator('#step-stock-saved');
    expect(await step.getByText('It cannot be counted again.').isVisible()).toBe(false);
    await step.locator('summary').click();
    expect(await step.getByText('It cannot be counted again.').isVisible()).toBe(true);
    expect(await step.getByText('pg_restore --list').isVisible()).toBe(true);
    expect(await step.getByText('stock_saved__apply').isVisible()).toBe(true);
    expect(await step.locator('.hljs-variable').first().isVisible()).toBe(true);
    await step.locator('summary').click();
    expect(await step.getByText('It cannot be counted again.').isVisible()).toBe(false);
    expect(noise).toEqual([]);
  });

  test('a step that is linked to is open', async () => {
    const { page } = await open(shop);
    await page.evaluate("location.hash = '#step-upgraded'");
    await expect.poll(() => page.locator('#step-upgraded details').getAttribute('open')).toBe('');
  });

  test('the reboot stands between the steps of both scripts', async () => {
    const { page } = await open(shop);
    const ids = await page
      .locator('[data-step], #part-2')
      .evaluateAll((items) => items.map(({ id }) => id));
    expect(ids).toEqual([
      'step-users-known',
      'step-kernel-known',
      'step-shop-stopped',
      'step-stock-saved',
      'step-sources-new',
      'step-upgraded',
      'step-rebooted',
      'part-2',
      'step-users-told',
      'step-extras-there',
    ]);
  });

  test('commands are copied as they are typed, with a word about it', async () => {
    const { page, noise } = await open(shop);
    await page.getByRole('button', { name: 'Open all' }).click();
    const button = page.getByRole('button', { name: 'Copy the commands of shop-stopped' });
    await button.click();
    expect(await clipboard(page)).toBe('systemctl stop -- "$unit"\n');
    expect(await button.textContent()).toBe('Copied');
    expect(await page.locator('[data-said]').textContent()).toBe('Copied.');
    expect(noise).toEqual([]);
  });

  test('search leaves the steps that have every word', async () => {
    const { page, noise } = await open(shop);
    const search = page.getByRole('searchbox', { name: 'Search the steps' });
    const shown = () =>
      page.locator('[data-step]:visible').evaluateAll((items) => items.map(({ id }) => id));
    await search.fill('PG_DUMP counted');
    expect(await shown()).toEqual(['step-stock-saved']);
    expect(await page.locator('#found').textContent()).toBe('1 of 9 steps');
    await search.fill('no such thing');
    expect(await shown()).toEqual([]);
    expect(await page.locator('#found').textContent()).toBe('No step has that.');
    await search.press('Escape');
    expect(await shown()).toHaveLength(9);
    expect(noise).toEqual([]);
  });

  test('the form writes the command line', async () => {
    const { page, noise } = await open(shop);
    expect(await commands(page)).toEqual(['bash pre-reboot.sh', 'bash post-reboot.sh']);
    await page.getByLabel('backup_dir').fill("/srv/it's here");
    await page.getByLabel('port').fill('8080');
    await page.getByLabel('mode').selectOption('safe');
    await page.getByLabel('extra', { exact: true }).check();
    await page.getByRole('radio', { name: /^Dry run/ }).check();
    expect(await commands(page)).toEqual([
      "bash pre-reboot.sh --dry-run --set 'backup_dir=/srv/it'\\''s here' --set port=8080 --set mode=safe --set extra=yes",
      'bash post-reboot.sh --dry-run',
    ]);
    await page.getByRole('button', { name: 'Back to the defaults' }).click();
    await expect.poll(() => commands(page)).toEqual(['bash pre-reboot.sh', 'bash post-reboot.sh']);
    expect(noise).toEqual([]);
  });

  test('the variables of who goes by hand have the values of the form', async () => {
    const { page } = await open(shop);
    await page.getByLabel('backup_dir').fill('/srv/a b');
    await page.getByLabel('databases').fill('one two');
    const lines = await page.locator('[data-setting]').allTextContents();
    expect(lines).toEqual([
      "backup_dir='/srv/a b'",
      'unit=shop',
      'unit=shop',
      'databases_list=(one two)',
      'port=80',
    ]);
  });

  test.each([
    ['backup_dir', 'relative', 'It must be an absolute path, without "." or ".." in it.'],
    ['backup_dir', '/a/../b', 'It must be an absolute path, without "." or ".." in it.'],
    ['backup_dir', '/a\u200bb', 'It must be an absolute path, without "." or ".." in it.'],
    [
      'unit',
      '-x',
      'It must be a name of letters, digits and _ . @ : + -, not beginning with a sign.',
    ],
    ['databases', 'a  b', 'It must be names with one space between them.'],
    ['port', '0', 'It must be 1 or more.'],
    ['port', '65536', 'It must be 65535 or less.'],
    ['port', '1.5', 'It must be a whole number, zero or more.'],
    ['port', '', 'It must be a whole number, zero or more.'],
  ])('the form refuses %s=%s, as the script does', async (name, value, message) => {
    const { page } = await open(shop);
    const field = page.getByLabel(name, { exact: true });
    await field.fill(value);
    expect(await page.locator(`#set-${name}-wrong`).textContent()).toBe(message);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('[data-command]').first().isVisible()).toBe(false);
  });

  test('the keyboard alone will do', async () => {
    const { page, noise } = await open(shop);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.keyboard.press('/');
    await page.keyboard.type('stock-saved');
    for (const name of ['Open all', 'Close all']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe(name);
    }
    // The variables of the part, then the one step that is left.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('#step-stock-saved details').getAttribute('open')).toBe('');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect.poll(() => clipboard(page)).toMatch(/^mkdir -p -- /);
    expect(await page.evaluate("document.activeElement.matches(':focus-visible')")).toBe(true);
    expect(noise).toEqual([]);
  });

  test('texts that could be markup are shown as they are, and do nothing', async () => {
    const { page, noise } = await open(hostile);
    const title = await page.locator('h1').textContent();
    expect(title).toBe(hostile.title);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.getByLabel('where').inputValue()).toBe('/a b/$(touch x)/`id`/<b>|"\'');
    expect(noise).toEqual([]);
  });

  test('on paper every step is open, and what only a screen has is left out', async () => {
    const { page } = await open(shop);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.getByText('It cannot be counted again.').isVisible()).toBe(true);
    expect(await page.locator('.copy:visible, .tools:visible, nav:visible').count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('.step > details[open]').count()).toBe(0);
  });

  test('without its script, the page can be read and no dead control is shown', async () => {
    const { page } = await open(shop, { javaScriptEnabled: false });
    await page.locator('#step-stock-saved summary').click();
    expect(await page.getByText('It cannot be counted again.').isVisible()).toBe(true);
    expect(
      await page.locator('button:visible, [type=search]:visible, [type=radio]:visible').count(),
    ).toBe(0);
  });

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    test.each([
      ['a desk', 1280, 900],
      ['a phone', 360, 740],
    ])(
      'on %s: nothing for axe to find, and nothing wider than the screen',
      async (_, width, height) => {
        for (const input of [shop, hostile]) {
          const { page, noise } = await open(input, { colorScheme, viewport: { width, height } });
          expect(await findings(page)).toEqual([]);
          await page.evaluate(
            "document.querySelectorAll('details:not(.script)').forEach((item) => { item.open = true; })",
          );
          await page.locator('[data-parameter]').first().fill('wrong');
          expect(await findings(page)).toEqual([]);
          expect(
            await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
          ).toBeLessThanOrEqual(0);
          expect(noise).toEqual([]);
        }
      },
    );
  });
});
