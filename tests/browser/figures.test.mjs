// Readings over time and figures: beside the network on a wide screen, in a sheet on a phone, on request while presenting.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibilityViolations, openSite } from './page.mjs';
import { selectorOf } from './learner.mjs';

const DESKTOP = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const FIGURE = '[data-figure=copies]';

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

const line = (name) => `.reading-line[data-reading=${name}]`;

/** Lets the run play until it has come to this many milliseconds. */
async function playTo(page, millis) {
  await page.locator('[data-testid=play]').click();
  await page.waitForFunction((until) => {
    const run = document.querySelector('[data-run-until]')?.dataset.runUntil ?? '0s';
    return parseFloat(run) * (run.endsWith('ms') ? 1 : run.endsWith('us') ? 0.001 : 1000) >= until;
  }, millis);
  await page.locator('[data-testid=play]').click();
}

/** The text of a reading's number. */
const value = (page, name) => page.locator(`${line(name)} .value`).textContent();

describe('on a wide screen', () => {
  test('a reading is a line with its number and its curve, and opens to a plot with axes and a table', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.waitForSelector(line('islands'));
    assert.equal(await value(page, 'islands'), '1');
    await playTo(page, 200);
    for (const link of ['n2-n4', 'n3-n7']) await page.locator(selectorOf(link)).click();
    await playTo(page, 500);
    assert.equal(await value(page, 'islands'), '2');
    const reading = page.locator(line('islands'));
    assert.equal(await reading.locator('.curve svg .reading').count(), 1);
    await reading.locator('summary').first().press('Enter');
    const drawn = reading.locator('.drawn');
    await drawn.waitFor();
    assert.match(await drawn.getAttribute('aria-label'), /Islands over time/);
    assert.ok((await drawn.locator('.tick').count()) >= 5, 'both axes have numbers');
    assert.ok((await drawn.locator('.deed').count()) >= 1, 'what was done is marked');
    await reading.locator('.as-table > summary').press('Enter');
    await reading.locator('tbody td').first().waitFor();
    const cells = await reading.locator('tbody td').allTextContents();
    assert.equal(cells.at(0), '1');
    assert.equal(cells.at(-1), '2');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('another network shows its own readings, by their names', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    const titles = () => page.locator('.reading-line summary .name').allTextContents();
    await page.waitForSelector(line('islands'));
    for (const [scenario, one] of [['centralized', 'requests_answered'], ['partition', 'islands']]) {
      await page.evaluate((address) => (location.hash = address), `#/lab/${scenario}`);
      await page.waitForSelector(line(one));
      const after = await titles();
      await page.reload();
      await page.waitForSelector(line(one));
      assert.deepEqual(after, await titles());
      assert.ok(after.every((title) => title.length > 0), 'each has a name');
    }
    assert.deepEqual(problems(), []);
    await close();
  });

  test('curves are the same after going back, and those of another future stay, faint', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.waitForSelector(line('islands'));
    await playTo(page, 600);
    const reading = page.locator(line('islands'));
    await reading.locator('summary').first().click();
    const path = () => reading.locator('.drawn .reading:not(.ahead):not(.other)').getAttribute('d');
    const before = await path();
    await page.locator('[data-testid=reset]').click();
    await reading.locator('.drawn .ahead').waitFor({ state: 'attached' });
    await page.locator(selectorOf('n2-n4')).click();
    await reading.locator('.drawn .other').waitFor({ state: 'attached' });
    assert.equal(await reading.locator('.drawn .other').getAttribute('d'), before, 'the future that was left is what it was');
    await page.keyboard.press('Control+z');
    await reading.locator('.drawn .other').waitFor({ state: 'detached' });
    assert.deepEqual(problems(), []);
    await close();
  });

  test('a figure follows the run, stays while something is selected, and folds away', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.waitForSelector(`${FIGURE} .drawn svg`);
    const amounts = () => page.locator(`${FIGURE} .amount`).allTextContents();
    assert.deepEqual(await amounts(), Array(7).fill('0'));
    await page.locator('[data-node=n3]').click();
    await page.waitForSelector(`${FIGURE} .drawn svg`);
    // The click has crashed n3, as the tool at hand does.
    assert.equal((await amounts()).length, 6, 'one that is down shows nothing');
    await page.locator('.figures-pane > .fold > summary').click();
    await page.locator(FIGURE).waitFor({ state: 'hidden' });
    assert.deepEqual(problems(), []);
    await close();
  });

  test('nothing is said where there is nothing to read', async () => {
    const { page, close } = await site.open('#/lab/stress', { context: DESKTOP });
    await page.waitForSelector('[data-testid=inspector]');
    assert.equal(await page.locator('[data-testid=figures]').count(), 0);
    await close();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`axe has nothing to say, ${colorScheme}`, async () => {
      const { page, close } = await site.open('#/lab/partition', { context: { ...DESKTOP, colorScheme } });
      await page.waitForSelector(`${FIGURE} .drawn svg`);
      await page.locator(`${line('islands')} summary`).first().click();
      for (const part of [line('islands'), FIGURE]) {
        await page.locator(`${part} .as-table > summary`).click();
        await page.locator(`${part} tbody`).waitFor();
      }
      assert.deepEqual(await accessibilityViolations(page), []);
      await close();
    });
  }
});

test('on a phone they stand in the sheet of the inspector, no wider than the screen', async () => {
  const { page, problems, close } = await site.open('#/lab/partition', { context: PHONE });
  await page.locator('.sheet-buttons button').nth(0).tap();
  await page.locator(FIGURE).scrollIntoViewIfNeeded();
  const box = await page.locator(`${FIGURE} svg`).first().boundingBox();
  assert.ok(box.width > 200 && box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  assert.deepEqual(problems(), []);
  await close();
});

test('while presenting they come on request, beside the network', async () => {
  const context = { viewport: { width: 1280, height: 720 } };
  const { page, problems, close } = await site.open('#/lab/partition', { context });
  await page.keyboard.press('p');
  const figures = page.locator('[data-testid=figures]');
  await page.locator('[data-present-figures]').waitFor();
  assert.equal(await figures.isVisible(), false);
  await page.locator('[data-present-figures]').click();
  await figures.waitFor({ state: 'visible' });
  assert.equal(await page.locator('[data-testid=inspector]').isVisible(), false, 'the network and what is read off it, no more');
  await page.locator('[data-present-figures]').click();
  await figures.waitFor({ state: 'hidden' });
  assert.deepEqual(problems(), []);
  await close();
});
