// Sweeps from the page: the worker plays the run at hand with other luck, the panel says how far it is and stops on request, and what
// failed opens at the moment when it did.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibilityViolations, openSite } from './page.mjs';

const DESKTOP = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** The third step of lesson 3: a fifth of the messages is lost, and the bug that makes customers pay twice is there. */
const BUG = '#/lesson/3/step/3';

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

const go = (page) => page.locator('[data-sweep-go]');
const ends = (page) => page.locator('[data-sweep-panel][data-under-way=false]').waitFor();
const done = (page) => page.locator('[data-sweep-done]').evaluate((it) => Number(it.dataset.sweepDone));
const failed = (page, way) => page.locator(`[data-sweep-failures="${way}"] [data-sweep-failure]`);

async function openPanel(page) {
  await page.locator('#tab-sweep').click();
  await page.locator('[data-sweep-panel]').waitFor();
}

/** Says how many runs, or how many faults in each. */
async function fill(page, field, number) {
  await page.locator(`[data-sweep-field=${field}] input`).fill(String(number));
  await page.keyboard.press('Enter');
}

describe('a sweep', () => {
  test('finds what breaks, and each run that failed opens at that moment', async () => {
    const { page, problems, close } = await site.open(BUG, { context: DESKTOP });
    await openPanel(page);
    await go(page).click();
    await ends(page);
    assert.equal(await done(page), 200);
    // As the headless runner finds it: tests/take_apart.rs.
    const paysTwice = page.locator('[data-sweep-bad]').first();
    assert.equal(await paysTwice.getAttribute('data-sweep-bad'), '133');
    assert.equal(await failed(page, 0).count(), 10);
    assert.deepEqual(await accessibilityViolations(page), []);

    const first = failed(page, 0).first();
    const [, moment] = (await first.innerText()).split(' at ');
    await first.click();
    await page.locator('[data-shared]').waitFor();
    const broken = page.locator('[data-property=nobody-pays-twice]');
    await page.waitForFunction(() => document.querySelector('[data-property=nobody-pays-twice]')?.dataset.standing === 'broken');
    assert.match(await broken.innerText(), /broken/);
    assert.equal((await page.getByTestId('clock').innerText()).trim(), moment.trim());

    // What was found stays, and the next is a click away; Back leads back.
    assert.equal(await failed(page, 0).count(), 10);
    await page.goBack();
    await page.waitForFunction((at) => location.hash === at, BUG);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('draws faults on request, in any network', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await openPanel(page);
    await fill(page, 'runs', 20);
    await fill(page, 'faults', 10);
    await go(page).click();
    await ends(page);
    assert.equal(await done(page), 20);
    assert.match(await page.locator('[data-sweep-panel] h2').innerText(), /10 random faults/);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('says how far it is and stops, by keys alone, and the button keeps the focus', async () => {
    const { page, problems, close } = await site.open(BUG, { context: { ...DESKTOP, reducedMotion: 'reduce' } });
    await page.locator('#tab-log').focus();
    await page.keyboard.press('End');
    await page.locator('[data-sweep-panel]').waitFor();
    await fill(page, 'runs', 100_000);
    await go(page).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => Number(document.querySelector('[data-sweep-done]')?.dataset.sweepDone) > 20);
    const progress = page.getByRole('progressbar', { name: 'How far the sweep is' });
    assert.ok((await progress.evaluate((it) => it.position)) > 0);
    await page.keyboard.press('Enter');
    await ends(page);
    const at = await done(page);
    assert.ok(at < 100_000);
    await page.waitForFunction(() => document.querySelector('[data-voice]').textContent.includes('Stopped after'));
    assert.equal(await go(page).evaluate((it) => it === document.activeElement), true);
    // What the worker was still at is not heard.
    await page.waitForTimeout(400);
    assert.equal(await done(page), at);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('refuses what is no number of runs', async () => {
    const { page, problems, close } = await site.open(BUG, { context: DESKTOP });
    await openPanel(page);
    await fill(page, 'runs', 'many');
    await page.locator('[data-sweep-field=runs] input[aria-invalid=true]').waitFor();
    assert.deepEqual(problems(), []);
    await close();
  });

  test('says that the worker did not come, and works once it does', async () => {
    const worker = '**/worker_bg.wasm*';
    const { page, close } = await site.open(BUG, {
      context: DESKTOP,
      before: (context) => context.route(worker, (route) => route.abort()),
    });
    await openPanel(page);
    await fill(page, 'runs', 5);
    await go(page).click();
    await page.locator('[data-sweep-wrong][role=alert]').waitFor();
    await ends(page);
    await page.context().unroute(worker);
    await go(page).click();
    await page.waitForFunction(() => document.querySelector('[data-sweep-done]')?.dataset.sweepDone === '5');
    assert.equal(await page.locator('[data-sweep-wrong]').count(), 0);
    await close();
  });

  test('fits on a phone', async () => {
    const { page, problems, close } = await site.open(BUG, { context: PHONE });
    await page.locator('button[aria-controls=log]').tap();
    await page.locator('#tab-sweep').tap();
    await go(page).tap();
    await ends(page);
    const wide = await page.locator('[data-sweep-panel]').evaluate((it) => it.scrollWidth - it.clientWidth);
    assert.equal(wide, 0);
    assert.deepEqual(await accessibilityViolations(page), []);
    await failed(page, 0).first().tap();
    await page.locator('[data-shared]').waitFor();
    assert.deepEqual(problems(), []);
    await close();
  });
});
