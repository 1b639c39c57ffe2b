// All strategies of one traitor among generals: the worker tries them, the panel says how far it is and stops on request, and one that
// breaks agreement is done in the run at hand.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Learner, Mouse } from './learner.mjs';
import { accessibilityViolations, openSite } from './page.mjs';

const DESKTOP = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** Three generals, of whom one may be a traitor. */
const THREE = '#/lesson/6/step/3';

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

const find = (page) => page.getByTestId('find-strategies');
const ends = (page) => page.locator('[data-strategies][data-under-way=false] [data-strategies-breaking]').waitFor();
const said = (page) => page.locator('[data-strategies-breaking]').innerText();
const listed = (page) => page.locator('[data-strategy]');

describe('the search for a strategy that breaks agreement', () => {
  test('finds the one among eight that parts three generals, and does it in the run at hand', async () => {
    const { page, problems, close } = await site.open(THREE, { context: DESKTOP });
    await find(page).click();
    await ends(page);
    assert.equal(await said(page), '1 of 8 strategies break agreement');
    assert.equal(await listed(page).count(), 1);
    assert.deepEqual(await accessibilityViolations(page), []);
    await listed(page).click();
    const learner = new Learner(page, new Mouse(page));
    await learner.hand.fastest();
    await learner.hand.play();
    await page.locator('[data-property=loyal-generals-disagree][data-standing=reached]').waitFor();
    assert.deepEqual(problems(), []);
    await close();
  });

  test('shows that none of the sixteen parts four, and forgets it when the network is another', async () => {
    const { page, problems, close } = await site.open('#/lab/generals', { context: DESKTOP });
    await find(page).click();
    await ends(page);
    assert.equal(await said(page), 'All 16 strategies of one traitor were tried. None makes two loyal generals disagree.');
    assert.equal(await listed(page).count(), 0);
    await new Mouse(page).control('generals', '3');
    await page.locator('[data-strategies-breaking]').waitFor({ state: 'detached' });
    await find(page).click();
    await ends(page);
    assert.match(await said(page), /^1 of 8/);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('says how far it is and stops, by keys alone, and the button keeps the focus', async () => {
    const { page, problems, close } = await site.open('#/lab/generals', { context: DESKTOP });
    const hand = new Mouse(page);
    await hand.control('generals', '10');
    await hand.choose('messages', 'signed');
    await find(page).focus();
    await page.keyboard.press('Enter');
    const progress = page.getByRole('progressbar', { name: 'How far the search is' });
    await page.waitForFunction(() => document.querySelector('[data-strategies] progress')?.position > 0);
    await page.keyboard.press('Enter');
    await page.locator('[data-strategies][data-under-way=false]').waitFor();
    assert.ok((await progress.evaluate((it) => it.position)) < 1);
    // 3⁹ stories of a commander, and 3⁸ of a lieutenant under each of two orders.
    assert.match(await said(page), /^\d+ of 32805 strategies tried; 0 break agreement$/);
    assert.equal(await find(page).evaluate((it) => it === document.activeElement), true);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('says why it does not try all strategies of more rounds', async () => {
    const { page, problems, close } = await site.open('#/lab/generals', { context: DESKTOP });
    await new Mouse(page).control('ready-for', '2');
    await find(page).click();
    const wrong = page.locator('[data-strategies] [role=status]', { hasText: 'only for m up to 1' });
    await wrong.waitFor();
    assert.deepEqual(problems(), []);
    await close();
  });

  test('fits on a phone', async () => {
    const { page, problems, close } = await site.open(THREE, { context: PHONE });
    await page.locator('button[aria-controls=inspector]').tap();
    await find(page).tap();
    await ends(page);
    const wide = await page.locator('[data-strategies]').evaluate((it) => it.scrollWidth - it.clientWidth);
    assert.equal(wide, 0);
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.deepEqual(problems(), []);
    await close();
  });
});
