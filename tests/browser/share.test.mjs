// Handing runs on: links that open to the very moment, files that are saved, opened and dropped, and what other programs read.
// Each format is read by a real reader of it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Mouse } from './learner.mjs';
import { accessibilityViolations, openSite } from './page.mjs';
import { readCsv, readDot, readJsonLines, readMermaid, readPng, readShiviz, readSvg } from './readers.mjs';
import { buildRunner, run } from './runner.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };

let site;
let runner;
before(async () => {
  runner = await buildRunner();
  site = await openSite();
});
after(() => site?.close());

/** The hash that the page shows, and the moment that it is the hash of. Nothing may be selected. */
function shown(page) {
  return page.locator('[data-run-hash]').evaluate((it) => ({ hash: it.dataset.runHash, until: it.dataset.runUntil }));
}

/** Goes so many events on. */
async function step(page, events) {
  for (let done = 0; done < events; done += 1) await page.getByTestId('step').click();
}

/** A run of the partition with a cut and a crash, and a future that was left for another. */
async function makeRun(page) {
  const mouse = new Mouse(page);
  await step(page, 12);
  await mouse.click('n2-n4');
  await step(page, 15);
  const { until } = await shown(page);
  // Back to an earlier moment: several events may share one.
  for (let back = 0; (await shown(page)).until === until; back += 1) {
    assert.ok(back < 30, 'there is no way back');
    await page.getByTestId('step-back').click();
  }
  await mouse.click('n5');
  await step(page, 7);
}

async function openDialog(page) {
  await page.locator('[data-share-button]').click();
  await page.locator('dialog[data-share][open]').waitFor();
}

function linkOf(page) {
  return page.locator('[data-share-link]').inputValue();
}

/** The run at hand as its file has it. The dialog is closed again. */
async function savedRun(page) {
  if (!(await page.locator('dialog[data-share][open]').count())) await openDialog(page);
  const { bytes } = await saved(page, () => page.locator('[data-share-save]').click());
  await page.keyboard.press('Escape');
  await page.locator('dialog[data-share]:not([open])').waitFor({ state: 'attached' });
  return JSON.parse(bytes);
}

const fragmentOf = (address) => address.slice(address.indexOf('#'));

/** What a click saves: its name and its bytes. */
async function saved(page, click) {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Lets a file fall on the page. */
async function dropFile(page, name, text) {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: 'application/json' }));
      return data;
    },
    [name, text],
  );
  await page.waitForSelector('[data-needs-network=false]');
  await page.dispatchEvent('body', 'dragover', { dataTransfer });
  await page.locator('[data-drop-zone]').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer });
  await page.locator('[data-drop-zone]').waitFor({ state: 'detached' });
}

const isShared = (page) => page.waitForFunction(() => location.hash.startsWith('#/run/') && document.querySelector('[data-shared]'));

/** A link with this content, whose checksum fits whatever it says. */
function sealed(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  const ends = [0, 8, 16, 24].map((shift) => (~sum >>> shift) & 255);
  return `1/${Buffer.from([...bytes, ...ends]).toString('base64url')}`;
}

const textOf = (words) => [words.length, ...Buffer.from(words)];

describe('a link', () => {
  test('is copied by a click and opens to the very moment for someone else', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: CLIPBOARD });
    await makeRun(page);
    const here = await shown(page);
    await openDialog(page);
    await page.locator('[data-share-copy]').click();
    await page.locator('[data-share-state=done]').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, await linkOf(page));
    assert.ok(link.startsWith(`${site.url}#/run/1/`), link);
    assert.deepEqual(problems(), []);

    const other = await site.open(fragmentOf(link));
    await isShared(other.page);
    assert.deepEqual(await shown(other.page), here);
    // The future that was left has come along, and the run goes on as the first does.
    const parcel = await savedRun(other.page);
    assert.equal(parcel.branches.length, 2);
    assert.deepEqual(parcel, await savedRun(page));
    await step(page, 9);
    await step(other.page, 9);
    assert.deepEqual(await shown(other.page), await shown(page));
    assert.deepEqual(other.problems(), []);
    await other.close();

    const report = JSON.parse(await run(runner, ['run', link, '--format', 'json']));
    assert.equal(report.hash, here.hash, 'the headless runner does the same run');
    await close();
  });

  test('is there to be copied by hand where the page may not', async () => {
    const forbid = (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    const { page, problems, close } = await site.open('#/lab/centralized', { before: forbid });
    await openDialog(page);
    await page.locator('[data-share-copy]').click();
    await page.locator('[data-share-state=failed]').waitFor();
    const selected = await page.locator('[data-share-link]').evaluate((it) => it.value.slice(it.selectionStart, it.selectionEnd));
    assert.equal(selected, await linkOf(page));
    assert.deepEqual(problems(), []);
    await close();
  });

  test('is reached by keyboard alone', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: CLIPBOARD });
    await page.keyboard.press('.');
    const here = await shown(page);
    await page.locator('[data-share-button]').focus();
    await page.keyboard.press('s');
    await page.locator('dialog[data-share][open] [data-share-copy]').waitFor();
    // A key that means something on the page means nothing here.
    await page.keyboard.press('.');
    for (let tabs = 0; !(await page.evaluate(() => document.activeElement?.matches('[data-share-copy]'))); tabs += 1) {
      assert.ok(tabs < 10, 'Tab does not lead to the button');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.locator('[data-share-state=done]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[data-share]:not([open])').waitFor({ state: 'attached' });
    assert.ok(await page.evaluate(() => document.activeElement?.matches('[data-share-button]')), 'focus is where it was');
    assert.deepEqual(await shown(page), here);
    await close();
  });

  test('is made and opened by touch on a phone', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: { ...PHONE, ...CLIPBOARD } });
    await page.getByTestId('step').tap();
    await page.locator('[data-share-button]').tap();
    await page.locator('[data-share-copy]').tap();
    await page.locator('[data-share-state=done]').waitFor();
    const link = await linkOf(page);
    await page.goto(link);
    await page.reload();
    await isShared(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('brings its step along and leaves the learner’s own work there as it is', async () => {
    const first = await site.open('#/lesson/5/step/2');
    await new Mouse(first.page).click('n2-n4');
    await step(first.page, 5);
    const theirs = await shown(first.page);
    await openDialog(first.page);
    const link = await linkOf(first.page);
    assert.ok(fragmentOf(link).length < 150, `a link to a step is short: ${link}`);
    // Going elsewhere closes the dialog.
    await first.page.goto(link);
    await first.page.locator('dialog[data-share]:not([open])').waitFor({ state: 'attached' });
    await first.close();

    const { page, problems, close } = await site.open('#/lesson/5/step/2');
    await step(page, 8);
    const mine = await shown(page);
    const kept = () => page.evaluate(() => JSON.stringify(localStorage));
    const before = await kept();
    await page.goto(link);
    await isShared(page);
    assert.deepEqual(await shown(page), theirs);
    assert.equal(await page.locator('[data-step]').getAttribute('data-step'), 'two-islands');
    await step(page, 3);
    assert.equal(await kept(), before, 'what is kept of the learner stays as it is');
    await page.locator('[data-own]').click();
    await page.locator('[data-shared]').waitFor({ state: 'detached' });
    assert.deepEqual(await shown(page), mine, 'the learner’s own run');
    // Back at the link everything is as it was left; and it can be had anew.
    await page.goBack();
    await isShared(page);
    assert.notDeepEqual(await shown(page), theirs);
    await page.locator('[data-start-over]').click();
    assert.deepEqual(await shown(page), theirs);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('that is mangled is refused with the reason, and nothing is lost', async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    await makeRun(page);
    const mine = await shown(page);
    await openDialog(page);
    const payload = fragmentOf(await linkOf(page)).slice('#/run/'.length);
    await page.keyboard.press('Escape');
    const before = await page.evaluate(() => JSON.stringify(localStorage));
    const mangled = [
      [payload.slice(0, -4), 'checksum'],
      [payload.slice(0, 20), 'checksum'],
      [payload.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'checksum'],
      [`${payload.slice(0, 9)}!${payload.slice(10)}`, '“!”'],
      [payload.replace('1/', '2/'), 'version 2'],
      [payload.replace('1/', 'x/'), '“x”'],
      ['1/', 'missing'],
      ['', 'version'],
    ];
    for (const [link, reason] of mangled) {
      await page.goto(`${site.url}#/run/${link}`);
      await page.locator('[data-broken]').waitFor();
      await page.waitForFunction((word) => document.querySelector('[data-broken-why]')?.textContent.includes(word), reason);
    }
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.locator('[data-broken] a[href="#/"]').click();
    await page.locator('[data-lab=partition]').click();
    await page.locator('[data-scenario=partition]').waitFor();
    assert.deepEqual(await shown(page), mine);
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), before);
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('a link that someone has made by hand', () => {
  test('is refused if it asks for what is not there', async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    const deeds = (line) => [8, 0, 0, 0, 0, 1, 0, ...textOf(line)];
    const wrong = [
      [sealed([1, ...textOf('mars'), 0]), 'mars'],
      [sealed([1, ...textOf('partition'), 1, ...textOf('mode'), ...textOf('loud')]), 'loud'],
      [sealed([1, ...textOf('partition'), 0, ...deeds('cut n2-n9')]), 'n9'],
      [sealed([1, ...textOf('partition'), 0, 9, 5]), 'branch 5'],
      [sealed([77]), 'does not know'],
      [sealed([1, 200]), 'ends too soon'],
    ];
    for (const [link, reason] of wrong) {
      await page.goto(`${site.url}#/run/${link}`);
      await page.waitForFunction((word) => document.querySelector('[data-broken-why]')?.textContent.includes(word), reason);
    }
    await page.goto(`${site.url}#/run/${sealed([1, ...textOf('partition'), 0, ...deeds('cut n2-n4')])}`);
    await isShared(page);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('opens as far as it can if its moment is too far away, and says so', async () => {
    const years = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    const { page, problems, close } = await site.open(`#/run/${sealed([1, ...textOf('partition'), 0, 5, ...years])}`);
    await page.waitForFunction(() => document.querySelector('[data-notice]')?.textContent.includes('too many events'));
    await step(page, 2);
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('a file', () => {
  test('is saved, and opened by the button, to the very moment', async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    await makeRun(page);
    const here = await shown(page);
    await openDialog(page);
    const { name, bytes } = await saved(page, () => page.locator('[data-share-save]').click());
    assert.match(name, /^partition-.*\.json$/);
    await page.locator('[data-share-state=done]').waitFor();
    assert.equal(JSON.parse(bytes).scenario, 'partition');
    await close();

    const other = await site.open('#/');
    await openDialog(other.page);
    await other.page.locator('[data-share-chooser]').setInputFiles({ name, mimeType: 'application/json', buffer: bytes });
    await isShared(other.page);
    assert.deepEqual(await shown(other.page), here);
    // To open it once more is to begin it once more.
    await step(other.page, 2);
    await openDialog(other.page);
    await other.page.locator('[data-share-chooser]').setInputFiles({ name, mimeType: 'application/json', buffer: bytes });
    await other.page.locator('dialog[data-share]:not([open])').waitFor({ state: 'attached' });
    assert.deepEqual(await shown(other.page), here);
    assert.deepEqual([...problems(), ...other.problems()], []);
    await other.close();
  });

  test('is opened by dropping it: a run, and a scenario that no list has', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/1');
    const scenario = JSON.parse(await run(runner, ['show', 'partition', '--seed', '77']));
    scenario.name = 'my own';
    scenario.nodes[0].name = 'alpha';
    scenario.links.forEach((link) => ['a', 'b'].forEach((end) => (link[end] = link[end] === 'n1' ? 'alpha' : link[end])));
    await dropFile(page, 'mine.json', JSON.stringify(scenario));
    await isShared(page);
    assert.equal(await page.locator('[data-heading]').first().textContent(), 'my own');
    await page.locator('[data-thing=n0][aria-label^=alpha]').waitFor({ state: 'attached' });
    await step(page, 6);
    const here = await shown(page);
    await openDialog(page);
    const report = JSON.parse(await run(runner, ['run', await linkOf(page), '--format', 'json']));
    assert.equal(report.hash, here.hash, 'a whole scenario goes into the link');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('that is wrong is refused with its place, and everything stays', async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    await makeRun(page);
    const here = await shown(page);
    const good = JSON.stringify({ netsplit_run: 1, scenario: 'partition', branches: [{ deeds: ['1s cut n2-n4'] }] });
    const wrong = [
      ['', 'line 1'],
      ['{', 'line 1'],
      ['hello', 'line 1'],
      [good.replace('partition', 'mars'), 'mars'],
      [good.replace('n2-n4', 'n2-n9'), 'deeds[0]'],
      [good.replace('netsplit_run":1', 'netsplit_run":2'), 'version 2'],
      [good.replace('branches', 'twigs'), 'twigs'],
      [' '.repeat((4 << 20) + 1), '4 MiB'],
    ];
    await openDialog(page);
    for (const [text, reason] of wrong) {
      await page.locator('[data-share-chooser]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(text) });
      await page.waitForFunction((word) => document.querySelector('[data-share-state=failed]')?.textContent.includes(word), reason);
    }
    await page.keyboard.press('Escape');
    await dropFile(page, 'y.json', '[]');
    await page.waitForFunction(() => document.querySelector('[data-notice]')?.textContent.includes('y.json'));
    assert.deepEqual(await shown(page), here);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('waits for the network if what reads it was never loaded', async () => {
    const asked = [];
    const listen = (_, page) => page.context().on('request', (request) => asked.push(new URL(request.url())));
    const { page, context, close } = await site.open('#/lab/partition', { before: listen });
    const ofWorker = () => asked.filter(({ pathname }) => pathname.includes('/worker'));
    await page.waitForLoadState('networkidle');
    assert.deepEqual(ofWorker(), [], 'it is no part of the first load');
    await openDialog(page);
    await context.setOffline(true);
    await page.locator('[data-share-save]').click();
    await page.waitForFunction(() => document.querySelector('[data-share-state=failed]')?.textContent.includes('no network'));
    await context.setOffline(false);
    const { name } = await saved(page, () => page.locator('[data-share-save]').click());
    assert.match(name, /\.json$/);
    const builds = ofWorker().map(({ search }) => search);
    assert.ok(builds.length > 0 && builds.every((build) => /^\?netsplit-\w+$/.test(build)), `of this very build: ${builds}`);
    // Once loaded it needs no network.
    await context.setOffline(true);
    await saved(page, () => page.locator('[data-export=dot]').click());
    await close();
  });
});

describe('other programs read', () => {
  const formats = {};
  let nodes;

  before(async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    await makeRun(page);
    const { hash } = await shown(page);
    await openDialog(page);
    formats.link = await linkOf(page);
    for (const ending of ['png', 'svg', 'diagram.png', 'diagram.svg', 'shiviz.txt', 'mmd', 'jsonl', 'dot', 'csv', 'figures.csv']) {
      const { name, bytes } = await saved(page, () => page.locator(`[data-export="${ending}"]`).click());
      assert.ok(name.endsWith(`.${ending}`), name);
      formats[ending] = bytes;
    }
    formats.hash = hash;
    assert.deepEqual(problems(), []);
    await close();
    nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'];
  });

  const fromRunner = (format) => run(runner, ['run', formats.link, '--format', format]);

  test('the trace: ShiViz', async () => {
    const log = formats['shiviz.txt'].toString();
    const events = readShiviz(log);
    assert.deepEqual([...new Set(events.map(({ host }) => host))].sort(), nodes);
    assert.ok(events.some(({ clock }) => Object.keys(clock).length > 3), 'nodes learn of each other');
    assert.equal(await fromRunner('shiviz'), log);
  });

  test('the trace: Mermaid', async () => {
    const diagram = formats.mmd.toString();
    const words = await readMermaid(site.browser, diagram);
    assert.ok(words.includes('n5') && words.includes('cut n2-n4') && words.includes('beat'), words);
    assert.equal(await fromRunner('mermaid'), diagram);
    const long = await run(runner, ['run', 'partition', '--until', '60s', '--chaos', '30', '--format', 'mermaid']);
    assert.ok((await readMermaid(site.browser, long)).includes('earlier events are left out'));
    const alone = await run(runner, ['run', 'partition', '--until', '0s', '--format', 'mermaid']);
    assert.ok((await readMermaid(site.browser, alone)).includes('n1'));
  });

  test('the trace: lines of JSON', async () => {
    const [head, ...records] = readJsonLines(formats.jsonl.toString());
    assert.equal(head.hash, formats.hash);
    assert.ok(records.some(({ event, text }) => event === 'commanded' && text.includes('cut n2-n4')));
    assert.equal(await fromRunner('jsonl'), formats.jsonl.toString());
  });

  test('readings and figures: spreadsheets', async () => {
    const [head, ...rows] = readCsv(formats.csv.toString());
    assert.equal(head[0], 'time_s');
    const times = rows.map(([time]) => Number(time));
    assert.ok(rows.length > 10 && times.every((time, index) => index === 0 || time > times[index - 1]), times.join());
    assert.ok(head.includes('islands') && rows.every((row) => row[head.indexOf('islands')] === '1'), 'all can reach each other');
    assert.equal(await fromRunner('csv'), formats.csv.toString());
    const figures = readCsv(formats['figures.csv'].toString());
    assert.deepEqual(figures[0], ['figure', 'series', 'across', 'number']);
    const told = figures.slice(1).map(([figure, series]) => `${figure} ${series.split(':')[0]}`);
    assert.deepEqual(told, nodes.filter((name) => name !== 'n5').map((name) => `copies ${name}`), 'n5 is down');
    assert.equal(await fromRunner('csv-figures'), formats['figures.csv'].toString());
  });

  test('the network: Graphviz', async () => {
    const picture = await readDot(formats.dot.toString());
    assert.ok(nodes.every((name) => picture.includes(`>${name}</text>`)));
    assert.ok(picture.includes('stroke-dasharray'), 'what is cut is dashed');
    assert.equal(await fromRunner('dot'), formats.dot.toString());
  });

  test('the picture: browsers', async () => {
    const picture = await readSvg(site.browser, formats.svg.toString());
    assert.ok(nodes.every((name) => picture.texts.includes(name)), picture.texts.join());
    assert.ok(picture.title.includes('Seven members'), picture.title);
    const headless = await readSvg(site.browser, await fromRunner('svg'));
    assert.ok(nodes.every((name) => headless.texts.includes(name)));
    const png = await readPng(site.browser, formats.png);
    assert.ok(png.colours > 10 && png.clear === 0, JSON.stringify(png));
    assert.deepEqual([png.width, png.height], [picture.width, picture.height]);
  });

  test('the space-time diagram: browsers', async () => {
    const picture = await readSvg(site.browser, formats['diagram.svg'].toString());
    assert.ok(nodes.every((name) => picture.texts.includes(name)), picture.texts.join());
    const png = await readPng(site.browser, formats['diagram.png']);
    assert.ok(png.colours > 10 && png.clear === 0, JSON.stringify(png));
    assert.deepEqual([png.width, png.height], [picture.width, picture.height]);
  });
});

describe('the dialog', () => {
  for (const [name, context] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['a phone', PHONE],
  ]) {
    test(`is accessible: ${name}`, async () => {
      const { page, close } = await site.open('#/lab/partition', { context: { ...CLIPBOARD, ...context } });
      await openDialog(page);
      assert.deepEqual(await accessibilityViolations(page), []);
      await page.locator('[data-share-copy]').click();
      await page.locator('[data-share-state=done]').waitFor();
      assert.deepEqual(await accessibilityViolations(page), []);
      const small = await page.locator('dialog[data-share] button').evaluateAll((all) =>
        all.filter((it) => it.getBoundingClientRect().height < 44).map((it) => it.textContent),
      );
      assert.deepEqual(small, [], 'every button can be hit');
      assert.ok(await page.locator('dialog[data-share]').evaluate((it) => it.scrollWidth <= it.clientWidth + 1));
      await close();
    });
  }

  test('offers files alone where there is no run', async () => {
    const { page, close } = await site.open('#/');
    await openDialog(page);
    const ofRuns = page.locator('[data-share-link], [data-share-save], [data-export]');
    assert.deepEqual(await ofRuns.evaluateAll((all) => all.filter((it) => it.checkVisibility())), []);
    await page.locator('[data-share-open]').waitFor();
    await close();
  });
});
